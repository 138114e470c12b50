"""The document of a certificate, and the preview of one that is still being filled in."""

import hashlib
import uuid
from enum import IntEnum
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.cache import cache as shared_cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from certificates import facts, rendering
from certificates.actions.issuing import record_document
from certificates.answers import digest
from certificates.models import Application, Certificate
from certificates.rendering import CertificateFacts, DoesNotFit, TemplateVersion, UnprintableText
from certificates.signing import Seal, make_self_signed
from core.errors import DomainError
from core.models import Site

_PREVIEW_KEPT = 600  # seconds: from a keystroke to the end of reading it


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


class Sharpness(IntEnum):
    """Pixels an inch: enough beside a form while one types, and to be read letter by letter."""

    BESIDE_THE_FORM = 72
    TO_BE_READ = 120


def preview(application: Application, sharpness: Sharpness = Sharpness.TO_BE_READ) -> bytes:
    """A PNG of the document as it would be made now, marked as a preview.

    Raises `UnprintableText` and `DoesNotFit`, as issuing would.
    """
    drawn = f"{application.language}:{sharpness}:{digest(application.answers)}"
    key = f"certificates:preview:{application.pk}:{drawn}"
    kept: bytes | None = shared_cache.get(key)
    if kept is None:
        template, said = _preview_facts(application)
        mark = _watermark(application)
        kept = rendering.preview(template, said, watermark=mark, ppi=sharpness)
        shared_cache.set(key, kept, _PREVIEW_KEPT)
    return kept


def fault(application: Application) -> DomainError | None:
    """Why the document cannot be made of these answers, if so; the picture is drawn by the way."""
    try:
        preview(application, Sharpness.BESIDE_THE_FORM)
    except (DoesNotFit, UnprintableText) as error:
        return error
    return None


def preview_pdf(application: Application) -> bytes:
    template, said = _preview_facts(application)
    return rendering.render(template, said, watermark=_watermark(application))


def preview_digest(application: Application) -> str:
    return hashlib.sha256(preview(application)).hexdigest()


def _preview_facts(application: Application) -> tuple[TemplateVersion, CertificateFacts]:
    said = facts.of_application(application)
    return TemplateVersion.parse(said.template), said


def _watermark(application: Application) -> str:
    with override(facts.language_of(application)):
        return _("Preview")
