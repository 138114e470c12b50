"""The type of an attached file by its content, and a harmless name for it."""

import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.utils.translation import gettext_lazy as _

from certificates.file_names import safe_file_name
from core.errors import DomainError

LARGEST = 10 * 1024 * 1024
# File systems allow 255 bytes, and a Cyrillic letter takes two of them in UTF-8.
_LONGEST_STEM = 100


class UnusableFile(DomainError):
    code = "unusable_file"
    status = 422
    title = _("We can't accept this file")


@dataclass(frozen=True, slots=True)
class FileType:
    mime: str
    suffixes: tuple[str, ...]


_BEGINNINGS = (
    (b"%PDF-", FileType("application/pdf", (".pdf",))),
    (b"\xff\xd8\xff", FileType("image/jpeg", (".jpg", ".jpeg"))),
    (b"\x89PNG\r\n\x1a\n", FileType("image/png", (".png",))),
)


def type_of(beginning: bytes) -> FileType:
    """Tell the type from the first bytes: a name and a header of the request can be forged."""
    for magic, kind in _BEGINNINGS:
        if beginning.startswith(magic):
            return kind
    raise UnusableFile(_("Attach a PDF, or a picture in JPEG or PNG: this file is none of them."))


def harmless_name(typed: str, kind: FileType) -> str:
    """Return a name without folders and hidden characters; its suffix is one of `kind`."""
    # Old browsers send the whole Windows path of the file.
    name = unicodedata.normalize("NFC", typed).replace("\\", "/").rpartition("/")[2]
    name = " ".join(safe_file_name(name).split()).strip(". ")
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in kind.suffixes:
        stem = name[: -len(suffix)]
    else:
        stem, suffix = name, kind.suffixes[0]
    stem = stem[:_LONGEST_STEM].strip(". ") or "file"
    # Once more: what was cut off may leave a name that Windows reserves for a device, like «con».
    return safe_file_name(stem + suffix)
