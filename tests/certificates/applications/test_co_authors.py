import pytest

from certificates.models import Application, Certificate
from certificates.states import ApplicationStatus

pytestmark = pytest.mark.django_db

BOTH = "Петров Пётр Петрович\n Сидорова  Анна "


@pytest.fixture
def together(page, filled):
    page.post("/programmes/publication/", {"co_authors": BOTH})
    filled.refresh_from_db()
    return filled


def test_each_co_author_gets_a_certificate(together, confirm, deliver, sent_emails):
    confirm(together)
    deliver()
    holders = Certificate.objects.order_by("holder").values_list("holder", flat=True)
    assert list(holders) == ["Иванова Мария Петровна", "Петров Пётр Петрович", "Сидорова Анна"]
    assert len({certificate.number for certificate in Certificate.objects.all()}) == 3
    assert len(sent_emails) == 3


def test_confirming_twice_issues_to_each_co_author_once(page, together, confirm, deliver):
    confirm(together)
    page.post(
        f"/applications/{together.pk}/confirmation/",
        {"digest": together.confirmations.get().digest},
    )
    deliver()
    assert Application.objects.count() == Certificate.objects.count() == 3


def test_a_slip_in_a_co_author_s_name_is_found(page, together):
    page.post("/programmes/publication/", {"co_authors": "Пeтров Пётр\nСидорова Анна"})
    page.post("/programmes/publication/", {"correct": "co_authors:mixed_script"})
    together.refresh_from_db()
    assert together.answers["co_authors"] == "Петров Пётр\nСидорова Анна"


def test_co_author_without_a_given_name_is_an_error(page, together):
    answer = page.post("/programmes/publication/", {"co_authors": "Петров"})
    assert answer.status_code == 422
    assert "по одному человеку в строке" in answer.content.decode()


@pytest.fixture
def returned(by_hand, together, confirm, registrar, sign_in):
    confirm(together)
    sign_in(registrar).post(
        f"/registrar/applications/{together.pk}/decision/",
        {"decision": "return", "expected": "submitted", "note": "Сидоровой нет среди авторов"},
    )
    return together


def test_co_author_removed_after_a_return_gets_no_certificate(page, returned, confirm):
    together = returned
    page.post(f"/applications/{together.pk}/edit/", {"co_authors": "Петров Пётр Петрович"})
    confirm(together)
    statuses = {own.answers["surname"]: own.status for own in together.co_applications.all()}
    assert statuses == {
        "Петров": ApplicationStatus.SUBMITTED,
        "Сидорова": ApplicationStatus.WITHDRAWN,
    }
