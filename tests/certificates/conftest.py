import base64

import pytest
from django.core import mail

from accounts.models import Role
from certificates.applications import actions
from certificates.form.answers import digest
from certificates.models import Application, Programme
from certificates.programmes import install_default_programmes
from core.models import Site
from tests.support.answers import ANSWERS
from tests.support.people import new_person, signed_in


@pytest.fixture(scope="session")
def _own_keys(tmp_path_factory):
    """Making a key and its first seal takes longer than all the other steps of a certificate."""
    return tmp_path_factory.mktemp("var")


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path, _own_keys):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.VAR_DIR = _own_keys
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def sent_emails():
    return mail.outbox


@pytest.fixture
def answers():
    return dict(ANSWERS)


@pytest.fixture
def programme(site):
    install_default_programmes(site=site)
    return Programme.objects.get(slug="publication")


@pytest.fixture
def by_hand(programme):
    programme.approval = Programme.Approval.REGISTRAR
    programme.save(update_fields=["approval"])
    return programme


@pytest.fixture
def applicant(site):
    return new_person("ivanova@example.org", "Мария")


@pytest.fixture
def stranger(site):
    return new_person("petrov@example.org", "Пётр")


@pytest.fixture
def registrar(site):
    return new_person("reg@example.org", "Регистратор", role=Role.Name.REGISTRAR, site=site)


@pytest.fixture
def foreign_registrar(site):
    """Of another publication."""
    elsewhere = Site.objects.create(slug="other", name_ru="Другое издание")
    return new_person("else@example.org", "Чужой", role=Role.Name.REGISTRAR, site=elsewhere)


@pytest.fixture
def return_it(registrar, sign_in):
    """Return a confirmed application to its applicant."""

    def run(application):
        decision = {"decision": "return", "expected": "submitted", "note": "Проверьте название"}
        address = f"/registrar/applications/{application.pk}/decision/"
        sign_in(registrar).post(address, decision)

    return run


@pytest.fixture
def sign_in():
    return signed_in


@pytest.fixture
def page(applicant, sign_in):
    return sign_in(applicant)


@pytest.fixture
def filled(programme, applicant, answers):
    """A draft in which everything is answered."""
    draft = actions.start_application(programme=programme, applicant=applicant, language="ru")
    return actions.save_answers(application=draft, typed=answers).application


@pytest.fixture
def confirm(page):
    """Confirm what the page reads back."""

    def run(application, client=page):
        address = f"/applications/{application.pk}/confirmation/"
        digest = client.get(address).context["digest"]
        answer = client.post(address, {"digest": digest})
        application.refresh_from_db()
        return answer

    return run


@pytest.fixture
def bounce(client):
    """Post Postmark's bounce notification to our webhook URL."""

    def run(certificate, *, password="webhook", **changes):
        certificate.refresh_from_db()
        metadata = {
            "certificate": str(certificate.pk),
            "email_number": str(certificate.email_number),
        }
        body = {
            "RecordType": "Bounce",
            "MessageStream": "outbound",
            "ID": 4323372036854775807,
            "Type": changes.get("kind", "HardBounce"),
            "TypeCode": 1,
            "Name": "Hard bounce",
            "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
            "Metadata": changes.get("metadata", metadata),
            "ServerID": 23,
            "Description": "The server was unable to deliver your message.",
            "Details": "smtp;550 no such user",
            "Email": changes.get("email", "ivanova@yandex.ru"),
            "From": "no-reply@vesti.example",
            "BouncedAt": "2026-11-23T16:33:54.9070259Z",
            "Inactive": True,
            "CanActivate": True,
            "Subject": "Свидетельство о публикации",
        }
        basic = base64.b64encode(f"mail:{password}".encode()).decode()
        return client.post(
            "/anymail/postmark/tracking/",
            body,
            content_type="application/json",
            headers={"Authorization": f"Basic {basic}"},
        )

    return run


@pytest.fixture
def submitted(filled, deliver):
    """Confirmed through no page; issued and sent if the programme approves by rule."""
    actions.confirm_application(
        application=filled,
        shown_digest=digest(filled.answers),
        preview_digest="",
        language="ru",
        ip="127.0.0.1",
    )
    deliver()
    filled.refresh_from_db()
    return filled


@pytest.fixture
def certificate(submitted):
    return submitted.issued_certificate


@pytest.fixture
def correct(page, confirm, deliver):
    """Ask for a correction as the holder does, change some answers, confirm, let it run."""

    def run(certificate, **changes):
        page.post(f"/certificates/{certificate.number}/correction/")
        correction = Application.objects.get(corrects=certificate)
        page.post(f"/applications/{correction.pk}/edit/", changes)
        answer = confirm(correction)
        deliver()
        correction.refresh_from_db()
        return answer, correction

    return run
