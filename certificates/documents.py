"""The document of a certificate, and the preview of one that is still being filled in."""

import hashlib
import uuid
from typing import Literal

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from django.utils.translation import override

from certificates import facts, rendering
from certificates.actions.issuing import record_document
from certificates.answers import digest
from certificates.models import Application, Certificate
from certificates.rendering import CertificateFacts, DoesNotFit, TemplateVersion, UnprintableText
from core.errors import DomainError

_PREVIEW_KEPT = 600  # seconds: from a keystroke to the end of reading it


def make_document(certificate_id: int) -> None:
    """Render, seal and record; of several at once one wins and the others leave nothing behind."""
    certificate = Certificate.objects.get(pk=certificate_id)
    if certificate.is_sealed:
        return
    said = CertificateFacts.from_data(certificate.facts)
    content = rendering.render(TemplateVersion.parse(said.template), said)
    name = f"certificates/{certificate.year}/{certificate.number}-{uuid.uuid4().hex}.pdf"
    stored = default_storage.save(name, ContentFile(content))
    checksum = hashlib.sha256(content).hexdigest()
    if not record_document(certificate_id=certificate_id, name=stored, digest=checksum):
        default_storage.delete(stored)


def preview(application: Application) -> bytes:
    """A PNG of the document as it would be made now, marked as a preview.

    Raises `UnprintableText` and `DoesNotFit`, as issuing would.
    """
    key = f"certificates:preview:{application.pk}:{digest(application.answers)}"
    kept: bytes | None = cache.get(key)
    if kept is None:
        kept = _drawn(application, "png")
        cache.set(key, kept, _PREVIEW_KEPT)
    return kept


def fault(application: Application) -> DomainError | None:
    """Why the document cannot be made of these answers, if so; the picture is drawn by the way."""
    try:
        preview(application)
    except (DoesNotFit, UnprintableText) as error:
        return error
    return None


def preview_pdf(application: Application) -> bytes:
    return _drawn(application, "pdf")


def preview_digest(application: Application) -> str:
    return hashlib.sha256(preview(application)).hexdigest()


def _drawn(application: Application, form: Literal["png", "pdf"]) -> bytes:
    said = facts.of_application(application)
    template = TemplateVersion.parse(said.template)
    with override(application.language):
        watermark = _("Preview")
    draw = rendering.preview if form == "png" else rendering.render
    return draw(template, said, watermark=watermark)
