"""File names that every operating system accepts and that say what they seem to say."""

import unicodedata

from pathvalidate import sanitize_filename

_LONGEST_NAME = 200  # bytes


def safe_file_name(name: str) -> str:
    """Return `name` without characters that some system refuses, and without hidden ones.

    pathvalidate leaves direction overrides in, with which «отчёт\\u202efdp.exe» looks like a PDF.
    """
    visible = (letter for letter in name if not unicodedata.category(letter).startswith("C"))
    return sanitize_filename("".join(visible), platform="universal")


def short_file_name(stem: str, suffix: str) -> str:
    """Return a safe name of at most 200 bytes, cut at the end of `stem`.

    Linux refuses names over 255 bytes, which are 127 Russian letters, and programs that unpack
    archives add to them.
    """
    room = _LONGEST_NAME - len(suffix.encode())
    cut = safe_file_name(stem).encode()[:room].decode(errors="ignore")
    return cut.rstrip(" .") + suffix
