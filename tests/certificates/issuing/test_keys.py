"""Keys are replaced; what was sealed stands by the certificate it was sealed with."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from certificates import rendering
from certificates.issuing.keys import seal_of
from certificates.models import Certificate, SealCertificate
from certificates.rendering import DocumentData
from certificates.signing import KeyUnusable, make_self_signed
from tests.support.documents import design_of
from tests.support.signed import expired_key

pytestmark = pytest.mark.django_db


def stored(certificate):
    with certificate.document.open("rb") as file:
        return file.read()


def upload(client, content):
    return client.post("/verify/", {"file": SimpleUploadedFile("a.pdf", content)})


@pytest.fixture
def replaced(certificate, settings, tmp_path):
    """The key that sealed the certificate is no longer that of the publication."""
    make_self_signed(tmp_path / "new.p12", "Вести образования")
    settings.CERTIFICATES_PKCS12 = str(tmp_path / "new.p12")
    certificate.refresh_from_db()
    assert seal_of(certificate.programme.site).fingerprint != certificate.seal.fingerprint
    return certificate


def resealed(certificate, **changes):
    """Return the document rendered again and sealed with the current key."""
    seal = seal_of(certificate.programme.site)
    data = DocumentData.from_data(certificate.document_data | changes)
    template = design_of(data)
    return seal.seal(
        rendering.render(template, data, seal=seal.mark),
        reason="",
        location="",
        at=timezone.now(),
        place=template.seal_place,
    )


def test_an_old_document_stays_valid_after_a_change_of_key(replaced, client):
    copy = stored(replaced)
    assert "Файл тот самый" in upload(client, copy).content.decode()
    shown = client.get(f"/v/{replaced.printed_code}/").content.decode()
    assert replaced.seal.serial_number in shown


def test_a_file_sealed_with_a_newer_key_is_altered(replaced, client):
    forged = resealed(replaced, holder="Петрова Мария Петровна")
    page = upload(client, forged).content.decode()
    assert "Файл изменён после выдачи" in page
    assert "<del>Петрова Мария Петровна</del>" in page
    assert "Файл изменён после выдачи" in upload(client, resealed(replaced)).content.decode()


def test_the_register_keeps_the_certificates_of_all_keys(replaced):
    with pytest.raises(Exception, match="Cannot delete"):
        SealCertificate.objects.get().delete()
    with pytest.raises(Exception, match="Cannot update"):
        SealCertificate.objects.update(owner="Кто-то")


@pytest.mark.parametrize(
    "change",
    [{"document_digest": "0" * 64}, {"document": "other.pdf"}, {"sealed_at": timezone.now()}],
    ids=["digest", "file", "time"],
)
def test_the_seal_of_a_certificate_is_frozen(certificate, change):
    with pytest.raises(Exception, match="Cannot update"):
        Certificate.objects.update(**change)


def test_a_key_with_an_expired_certificate_is_refused(site, settings, tmp_path):
    expired_key(tmp_path / "old.p12")
    settings.CERTIFICATES_PKCS12 = str(tmp_path / "old.p12")
    with pytest.raises(KeyUnusable, match="has expired"):
        seal_of(site)
