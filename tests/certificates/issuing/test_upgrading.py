"""A newer product leaves alone what an older one issued: no other document, no second e-mail."""

import hashlib
import json
from io import BytesIO

import pikepdf
import pytest

from certificates import tasks
from certificates.models import Certificate, CertificateEvent, Programme, Template

pytestmark = pytest.mark.django_db


def upgrade():
    """Other texts, another template, other settings."""
    Programme.objects.update(
        title_ru="Диплом",
        statement_ru="Иначе.",
        template=Template.objects.get(slug="participation"),
        valid_months=1,
        attach_document=True,
    )


@pytest.fixture
def upgraded(certificate):
    upgrade()
    return certificate


def content(certificate):
    with certificate.document.open("rb") as file:
        return file.read()


def as_it_stands():
    return list(Certificate.objects.values()), CertificateEvent.objects.count()


def test_all_periodic_work_and_every_task_repeated_change_nothing(upgraded, deliver, sent_emails):
    before = as_it_stands()
    tasks.resume_unfinished()
    tasks.request_archive_copies()
    for task in (tasks.issue_approved, tasks.decide_confirmed):
        task(upgraded.application_id)
    for task in (tasks.render_document, tasks.email_document, tasks.render_archive_copy):
        task(upgraded.pk)
    assert deliver() == 0
    assert as_it_stands() == before
    assert len(sent_emails) == 1


def test_the_document_and_its_verification_stay_the_same(upgraded, client):
    assert hashlib.sha256(content(upgraded)).hexdigest() == upgraded.document_digest
    shown = client.get(f"/v/{upgraded.printed_code}/").content.decode()
    assert "Свидетельство о публикации" in shown
    assert "Диплом" not in shown
    assert client.get(f"/api/v1/verify/{upgraded.code}/").json()["expires_on"] is None


def test_what_had_only_its_number_is_finished_as_it_was_issued(
    filled, confirm, deliver, sent_emails
):
    confirm(filled)
    tasks.decide_confirmed(filled.pk)
    tasks.issue_approved(filled.pk)
    upgrade()
    deliver()
    certificate = Certificate.objects.get()
    assert (certificate.title, certificate.expires_on) == ("Свидетельство о публикации", None)
    assert certificate.document_data["template"] == "publication/1"
    with pikepdf.open(BytesIO(content(certificate))) as pdf:
        attached = json.loads(pdf.attachments["certificate.json"].get_file().read_bytes())
    assert attached == certificate.document_data
    assert len(sent_emails) == 1
