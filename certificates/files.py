from django.http import FileResponse
from django.utils.translation import gettext_lazy as _

from certificates.models import Certificate
from core.errors import Conflict


class NotReady(Conflict):
    code = "document_not_ready"
    title = _("The document is being made; try again in a minute")


def document_response(certificate: Certificate) -> FileResponse:
    """The sealed PDF under a name that a person understands, for the page and the API alike."""
    if not certificate.is_sealed:
        raise NotReady
    return FileResponse(
        certificate.document.open("rb"),
        filename=f"{certificate.holder} — {certificate.title} {certificate.number}.pdf",
        content_type="application/pdf",
    )
