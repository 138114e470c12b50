"""Files that applicants attach: taken in, stored where no address leads, handed out with care."""

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


def attach(*, application: Application, question: str, name: str, content: BinaryIO) -> Application:
    """The file becomes the answer to `question`. Raises `UnusableFile`: then nothing is kept."""
    taken = content.read(LARGEST + 1)
    if len(taken) > LARGEST:
        raise UnusableFile(_("The file is larger than 10 MB: make it smaller and attach it again."))
    kind = type_of(taken)
    file = AnswerFile(
        name=harmless_name(name, kind),
        mime=kind.mime,
        size=len(taken),
        digest=hashlib.sha256(taken).hexdigest(),
        content=_stored(taken, kind.suffixes[0]),
    )
    try:
        return attachments.attach_file(application=application, question=question, file=file)
    finally:
        delete_unused(str(file.content.name))


def _stored(content: bytes, suffix: str) -> str:
    return default_storage.save(f"answers/{uuid.uuid4().hex}{suffix}", ContentFile(content))


def delete_unused(name: str) -> None:
    """What no application refers to any more. Harmless when repeated."""
    if not AnswerFile.objects.filter(content=name).exists():
        default_storage.delete(name)


def response(file: AnswerFile) -> FileResponse:
    """To be saved, never shown in our origin: a stranger made it, whatever type it has."""
    answer = FileResponse(
        file.content.open("rb"), as_attachment=True, filename=file.name, content_type=file.mime
    )
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
