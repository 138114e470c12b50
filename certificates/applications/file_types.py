"""What a file is by its content, and a name for it that plays no tricks."""

import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError

LARGEST = 10 * 1024 * 1024
_LONGEST_STEM = 100
_FORBIDDEN = '/\\:*?"<>|'
# Windows opens a device under these names, whatever the suffix.
_DEVICES = {"con", "prn", "aux", "nul"} | {
    f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)
}


class UnusableFile(DomainError):
    code = "unusable_file"
    status = 422
    title = _("This file cannot be taken")


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
    """By the first bytes: neither the name nor what the browser says is believed."""
    for magic, kind in _BEGINNINGS:
        if beginning.startswith(magic):
            return kind
    raise UnusableFile(_("Attach a PDF, or a picture in JPEG or PNG: this file is none of them."))


def harmless_name(typed: str, kind: FileType) -> str:
    """Without folders, hidden marks and foreign suffixes: «отчёт\\u202efdp.exe» ends in «.pdf»."""
    name = unicodedata.normalize("NFC", typed).replace("\\", "/").rpartition("/")[2]
    name = "".join(letter for letter in name if _is_harmless(letter))
    name = " ".join(name.split()).strip(". ")
    suffix = PurePosixPath(name).suffix.lower()
    stem = name[: -len(suffix)] if suffix in kind.suffixes else name
    stem = stem[:_LONGEST_STEM].strip(". ") or "file"
    if stem.partition(".")[0].lower() in _DEVICES:
        stem = f"_{stem}"
    return stem + (suffix if suffix in kind.suffixes else kind.suffixes[0])


def _is_harmless(letter: str) -> bool:
    return letter not in _FORBIDDEN and not unicodedata.category(letter).startswith("C")
