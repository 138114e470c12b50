import pytest

from certificates.models import Institution

pytestmark = pytest.mark.django_db
SCHOOL = "МБОУ «Школа № 5» города Калуги"
HTMX = {"hx-request": "true"}


@pytest.fixture
def approved(by_hand, filled, confirm, registrar, sign_in):
    confirm(filled)
    sign_in(registrar).post(
        f"/registrar/applications/{filled.pk}/decision/",
        {"decision": "approve", "expected": "submitted"},
    )


def offered(client, typed):
    typed = {"institution": typed}
    return client.post("/programmes/publication/", typed, headers=HTMX).content.decode()


def test_spelling_approved_by_a_registrar_is_offered(approved, stranger, sign_in):
    assert f'<option value="{SCHOOL}">' in offered(sign_in(stranger), "школа калуги")


def test_spelling_of_another_institution_is_not_offered(approved, stranger, sign_in):
    assert "<option" not in offered(sign_in(stranger), "гимназия калуги")


def test_spelling_approved_by_rule_is_not_offered(certificate):
    assert not Institution.objects.exists()
