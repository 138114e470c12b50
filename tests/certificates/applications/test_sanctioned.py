"""A suspended or banned person gets no certificate, by the pages and by the API."""

from http import HTTPStatus

import pytest
from django.test import Client

from accounts.actions import Subject, grant_role, register_person
from accounts.models import Role, Sanction
from accounts.permissions import FORBIDDEN, Permission
from certificates.form.answers import digest
from certificates.models import Application, Confirmation
from core.languages import moment
from tests.support.sanctions import impose_for_a_day

pytestmark = pytest.mark.django_db

KINDS = list(Sanction.Kind)


@pytest.fixture
def impose(site):
    editor = register_person(email="ed@example.org", password="pw", display_name="Нина В.")
    grant_role(user=editor, site=site, name=Role.Name.EDITOR, actor=None)

    def act(kind, subject):
        return impose_for_a_day(site=site, kind=kind, subject=subject, actor=editor)

    return act


def is_forbidden(kind):
    return Permission.APPLY in FORBIDDEN[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_new_application(impose, programme, applicant, page, kind):
    impose(kind, Subject.person(applicant))
    opened = page.get("/programmes/publication/").content.decode()
    assert ("По решению редакции" in opened) is is_forbidden(kind)
    assert ('name="surname"' in opened) is not is_forbidden(kind)
    posted = page.post("/programmes/publication/", {"surname": "Иванова"})
    started = page.post(
        "/api/v1/applications/",
        {"programme": "publication", "language": "ru"},
        content_type="application/json",
    )
    if is_forbidden(kind):
        assert posted.status_code == started.status_code == HTTPStatus.FORBIDDEN
        assert started.json()["code"] == "under_sanction"
        assert not Application.objects.exists()
    else:
        assert started.status_code == HTTPStatus.CREATED


@pytest.mark.parametrize("kind", KINDS)
def test_confirmation_of_a_draft(impose, filled, applicant, page, kind):
    impose(kind, Subject.person(applicant))
    by_page = page.post(
        f"/applications/{filled.pk}/confirmation/", {"digest": digest(filled.answers)}
    )
    by_api = page.post(
        f"/api/v1/applications/{filled.pk}/confirmation/",
        {"digest": digest(filled.answers)},
        content_type="application/json",
    )
    assert (by_page.status_code == HTTPStatus.FORBIDDEN) is is_forbidden(kind)
    assert (by_api.status_code == HTTPStatus.FORBIDDEN) is is_forbidden(kind)
    assert Confirmation.objects.exists() is not is_forbidden(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_draft_stays_readable_under_a_notice(impose, filled, applicant, page, kind):
    sanction = impose(kind, Subject.person(applicant))
    for address in (
        "/programmes/publication/",
        f"/applications/{filled.pk}/edit/",
        f"/applications/{filled.pk}/confirmation/",
    ):
        opened = page.get(address).content.decode()
        assert filled.answers["title"] in opened
        main = opened.partition("<main")[2].partition("</main>")[0]
        is_told = "По решению редакции" in main and "Вы можете возразить" in main
        assert is_told is is_forbidden(kind)
        assert ("Ответы сохранены" in main) is is_forbidden(kind)
        if is_forbidden(kind):
            assert moment(sanction.ends_at) in main
            assert filled.programme.site.complaints_email in main


def test_new_application_is_refused_with_the_way_to_object(impose, programme, applicant, page):
    impose(Sanction.Kind.BAN, Subject.person(applicant))
    opened = page.get("/programmes/publication/").content.decode()
    assert f"Вы можете возразить, написав на {programme.site.complaints_email}" in opened
    assert "Ответы сохранены" not in opened


def test_answers_typed_before_signing_in_go_into_the_draft(impose, filled, applicant):
    visitor = Client()
    visitor.post("/programmes/publication/", {"position": "методист"})
    impose(Sanction.Kind.BAN, Subject.person(applicant))
    filled.answers |= {"position": ""}
    filled.save()
    visitor.force_login(applicant)
    assert "методист" in visitor.get("/programmes/publication/").content.decode()


@pytest.mark.parametrize("kind", KINDS)
def test_correction_of_a_certificate(impose, certificate, applicant, page, kind):
    impose(kind, Subject.person(applicant))
    shown = page.get(f"/certificates/{certificate.number}/").content.decode()
    # No button leads to a refusal.
    assert (f"/certificates/{certificate.number}/correction/" in shown) is not is_forbidden(kind)
    by_page = page.post(f"/certificates/{certificate.number}/correction/")
    by_api = page.post(f"/api/v1/certificates/{certificate.number}/correction/")
    assert (by_page.status_code == HTTPStatus.FORBIDDEN) is is_forbidden(kind)
    assert (by_api.status_code == HTTPStatus.FORBIDDEN) is is_forbidden(kind)
    corrections = Application.objects.filter(corrects=certificate)
    assert corrections.exists() is not is_forbidden(kind)


def test_banned_network_applies_for_nothing(impose, filled, page):
    impose(Sanction.Kind.BAN, Subject.network("127.0.0.1"))
    page.post(f"/applications/{filled.pk}/confirmation/", {"digest": digest(filled.answers)})
    assert not Confirmation.objects.exists()


def test_banned_person_withdraws_an_application(impose, filled, applicant, page):
    impose(Sanction.Kind.BAN, Subject.person(applicant))
    page.post(f"/applications/{filled.pk}/withdrawal/")
    filled.refresh_from_db()
    assert filled.status == "withdrawn"


def test_sanction_on_another_person_changes_nothing(impose, filled, stranger, confirm):
    impose(Sanction.Kind.BAN, Subject.person(stranger))
    confirm(filled)
    assert Confirmation.objects.exists()
