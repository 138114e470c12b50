"""Copies for the archive: made after the seal, renewed by beat, gone with the person."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from certificates import tasks
from certificates.models import ArchivedDocument, Certificate, CertificateEvent
from certificates.register.erasure import erase_holder
from tests.support import pki

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    with pki.running(tmp_path_factory.mktemp("pki")) as services:
        yield services


@pytest.fixture
def archive(settings, services):
    settings.CERTIFICATES_PKCS12 = str(services.owner)
    settings.CERTIFICATES_TIMESTAMP_URL = services.timestamps_of("clock")
    settings.CERTIFICATES_TRUST_ROOTS = str(services.roots)
    return settings


@pytest.fixture
def archived(archive, certificate):
    return ArchivedDocument.objects.get(certificate=certificate)


def files():
    root = Path(default_storage.location)
    return {str(path.relative_to(root)) for path in root.rglob("*.pdf")}


def test_a_sealed_document_gets_an_archive_copy(archived, certificate):
    assert certificate.timestamped_at
    assert archived.relied_on_until.year == 2030
    assert files() == {certificate.document.name, archived.file.name}
    assert CertificateEvent.objects.filter(action="certificate.archived").count() == 1


def test_without_services_there_is_no_archive_copy(certificate, client):
    tasks.request_archive_copies()
    assert not ArchivedDocument.objects.exists()
    data = client.get(f"/api/v1/verify/{certificate.code}/").json()
    assert (data["seal"]["level"], data["seal"]["timestamped_at"]) == ("PAdES B-B", None)
    page = client.get(f"/v/{certificate.code}/").content.decode()
    assert "независимая служба его не подтверждала" in page


def test_anyone_with_the_code_can_download_document_and_copy(archived, certificate, client, page):
    shown = client.get(f"/v/{certificate.printed_code}/").content.decode()
    for kind, file in (("document", certificate.document), ("archive", archived.file)):
        address = f"/v/{certificate.printed_code}/{kind}/"
        assert address in shown
        got = b"".join(client.get(address).streaming_content)
        with file.open("rb") as stored:
            assert got == stored.read()
    got = page.get(f"/api/v1/certificates/{certificate.number}/archive/")
    assert hashlib.sha256(b"".join(got.streaming_content)).hexdigest() == archived.digest


def test_an_archive_copy_is_verified_like_the_document(archived, certificate, client):
    by_digest = client.get("/verify/", {"digest": archived.digest}).content.decode()
    with archived.file.open("rb") as file:
        other = file.read()
    Certificate.objects.filter(pk=certificate.pk)
    ArchivedDocument.objects.update(digest="0" * 64)
    by_seal = client.post("/verify/", {"file": SimpleUploadedFile("a.pdf", other)})
    assert "Свидетельство действительно" in by_digest
    assert "Свидетельство действительно" in by_seal.content.decode()


def test_a_copy_is_renewed_in_time_and_the_old_file_deleted(
    archive, archived, certificate, services, deliver
):
    tasks.request_archive_copies()
    assert deliver() == 0
    archive.CERTIFICATES_TIMESTAMP_URL = services.timestamps_of("later-clock")
    ArchivedDocument.objects.update(renew_at=timezone.now() - timedelta(minutes=1))
    tasks.request_archive_copies()
    deliver()
    renewed = ArchivedDocument.objects.get()
    assert renewed.relied_on_until.year == 2090
    assert renewed.digest != archived.digest
    assert files() == {certificate.document.name, renewed.file.name}


def test_documents_sealed_before_services_were_configured_are_archived(
    certificate, settings, services, deliver
):
    settings.CERTIFICATES_TIMESTAMP_URL = services.timestamps_of("clock")
    settings.CERTIFICATES_TRUST_ROOTS = str(services.roots)
    tasks.request_archive_copies()
    deliver()
    assert ArchivedDocument.objects.get().certificate == certificate


def test_erasing_a_person_deletes_the_archive_copy(archived, certificate, registrar, deliver):
    erase_holder(certificate=certificate, actor=registrar)
    deliver()
    assert not ArchivedDocument.objects.exists()
    assert files() == set()
