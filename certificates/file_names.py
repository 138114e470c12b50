"""File names that every operating system accepts and that say what they seem to say."""

import unicodedata

from pathvalidate import sanitize_filename


def safe_file_name(name: str) -> str:
    """Return `name` without characters that some system refuses, and without hidden ones.

    pathvalidate leaves direction overrides in, with which «отчёт\\u202efdp.exe» looks like a PDF.
    """
    visible = (letter for letter in name if not unicodedata.category(letter).startswith("C"))
    return sanitize_filename("".join(visible), platform="universal")
