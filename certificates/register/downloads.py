from django.http import FileResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certificates.file_names import safe_file_name
from certificates.models import ArchivedDocument, Certificate
from core.errors import Conflict, NotFound

_PARTS_OF_A_RUSSIAN_NAME = {2, 3}


class NotReady(Conflict):
    code = "document_not_ready"
    title = _("The document is being made; try again in a minute")


class NotArchived(NotFound):
    code = "no_archive_copy"
    title = _("There is no copy for the archive")


class Erased(NotFound):
    code = "document_erased"
    title = _("The document was erased at the request of its holder")


def document_response(certificate: Certificate) -> FileResponse:
    """Return the sealed PDF under a readable file name. Pages and the API use it alike."""
    if certificate.erased_at is not None:
        raise Erased
    if not certificate.is_sealed:
        raise NotReady
    return FileResponse(
        certificate.document.open("rb"),
        filename=file_name(certificate),
        content_type="application/pdf",
    )


def archive_response(certificate: Certificate) -> FileResponse:
    """Return the archive copy: see certificates/signing/archives.py."""
    archived = ArchivedDocument.objects.filter(certificate=certificate).first()
    if archived is None:
        raise NotArchived
    return FileResponse(
        archived.file.open("rb"),
        filename=file_name(certificate, gettext("copy for the archive")),
        content_type="application/pdf",
    )


def file_name(certificate: Certificate, remark: str = "") -> str:
    """«Свидетельство о публикации — Лебедева А. С. — № CB-2026-00012-K.pdf»"""
    holder = certificate.holder
    # Only Russian names are written as surname, given name, patronymic here.
    if certificate.language == "ru":
        holder = _short(holder)
    parts = [certificate.title, holder, f"№ {certificate.number}", remark]
    return safe_file_name(" — ".join(filter(None, parts))) + ".pdf"


def _short(name: str) -> str:
    parts = name.split()
    if len(parts) not in _PARTS_OF_A_RUSSIAN_NAME:
        return name
    return " ".join([parts[0], *(f"{part[0]}." for part in parts[1:])])
