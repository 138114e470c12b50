"""The document of a certificate: made, sealed, stored and deleted."""

import hashlib
import uuid
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from certificates import rendering
from certificates.actions.issuing import record_document
from certificates.models import Certificate
from certificates.rendering import CertificateFacts, TemplateVersion
from certificates.signing import Seal, make_self_signed
from core.models import Site


def make_document(certificate_id: int) -> None:
    """Render, seal and record; of several at once one wins and the others leave nothing behind."""
    certificate = Certificate.objects.select_related("programme__site").get(pk=certificate_id)
    if certificate.is_sealed or certificate.erased_at is not None:
        return
    seal = seal_of(certificate.programme.site)
    content = _sealed(certificate, seal)
    name = f"certificates/{certificate.year}/{certificate.number}-{uuid.uuid4().hex}.pdf"
    stored = default_storage.save(name, ContentFile(content))
    checksum = hashlib.sha256(content).hexdigest()
    if not record_document(
        certificate_id=certificate_id,
        name=stored,
        digest=checksum,
        seal_fingerprint=seal.fingerprint,
    ):
        default_storage.delete(stored)


def delete_document(certificate_id: int) -> None:
    """The file of a certificate whose holder was erased; its digest stays in the register."""
    certificate = Certificate.objects.get(pk=certificate_id)
    name = certificate.document.name
    if certificate.erased_at is not None and name:
        default_storage.delete(name)


def _sealed(certificate: Certificate, seal: Seal) -> bytes:
    said = CertificateFacts.from_data(certificate.facts)
    template = TemplateVersion.parse(said.template)
    return seal.seal(
        rendering.render(template, said, seal=seal.mark),
        reason=f"{said.title} № {said.number}",
        location=said.publication.name,
        at=timezone.now(),
        place=rendering.seal_place(template),
    )


def seal_of(site: Site) -> Seal:
    """The configured key, or else one that the product makes for the publication and keeps."""
    if settings.CERTIFICATES_PKCS12:
        return _kept(Path(settings.CERTIFICATES_PKCS12), settings.CERTIFICATES_PKCS12_PASSPHRASE)
    path = Path(settings.VAR_DIR) / "keys" / f"{site.slug}.p12"
    make_self_signed(path, site.legal_name_ru)
    return _kept(path)


@cache
def _kept(path: Path, passphrase: str = "") -> Seal:
    return Seal(path, passphrase)
