"""Store files that applicants attach, and serve them. No URL leads to the storage itself."""

import hashlib
import uuid
from typing import BinaryIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import FileResponse
from django.utils.translation import gettext as _

from certificates.applications import attachments
from certificates.applications.file_types import LARGEST, UnusableFile, harmless_name, type_of
from certificates.models import AnswerFile, Application

_POLICY = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"


def attach(*, application: Application, question: str, name: str, content: BinaryIO) -> Application:
    """Store the file as the answer to `question`, or raise `UnusableFile` and store nothing."""
    # One byte more than allowed is enough to know, however large the file is.
    data = content.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise UnusableFile(_("The file is larger than 10 MB: make it smaller and attach it again."))
    kind = type_of(data)
    file = AnswerFile(
        name=harmless_name(name, kind),
        mime=kind.mime,
        size=len(data),
        digest=hashlib.sha256(data).hexdigest(),
        content=_stored(data, kind.suffixes[0]),
    )
    # Stored before the row is written, outside the transaction. If the row is refused, or the same
    # file was attached already, no row has this name and the content is deleted again.
    try:
        return attachments.attach_file(application=application, question=question, file=file)
    finally:
        delete_unused(str(file.content.name))


def _stored(content: bytes, suffix: str) -> str:
    # A random name: the typed one could collide, and the storage must not reveal who sent what.
    return default_storage.save(f"answers/{uuid.uuid4().hex}{suffix}", ContentFile(content))


def delete_unused(name: str) -> None:
    """Delete a stored file that no application refers to. Repeating it does no harm."""
    if not AnswerFile.objects.filter(content=name).exists():
        default_storage.delete(name)


def serve(file: AnswerFile) -> FileResponse:
    """Serve the file as a download: a hostile one shown in our origin could act for the reader."""
    response = FileResponse(
        file.content.open("rb"), as_attachment=True, filename=file.name, content_type=file.mime
    )
    # For browsers that show the file all the same: nothing in it may run or load anything.
    response["Content-Security-Policy"] = _POLICY
    # Without it a browser may guess another type from the content, such as HTML.
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
