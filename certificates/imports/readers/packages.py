"""Open workbooks, which are ZIP files of XML parts, and bound what they unfold into."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from certificates.imports.readers import limits
from certificates.imports.readers.contents import NotATable, TooMuch

# APPNOTE.TXT of PKWARE, 4.3.16: the record at the end of the file, of at most this length.
_END, _LONGEST_END = b"PK\5\6", 22 + 0xFFFF
# Bytes of the list of parts. Python looks at each entry of it, of which 10 MB could hold 200,000.
_LONGEST_LIST = 1024 * 1024


@contextmanager
def open_package(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a workbook. Raises `TooMuch` by what it says of its parts, before any is unpacked."""
    _refuse_long_list(path)
    with zipfile.ZipFile(path) as archive:
        if sum(part.file_size for part in archive.infolist()) > limits.MOST_UNPACKED:
            raise TooMuch
        yield archive


def _refuse_long_list(path: Path) -> None:
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - _LONGEST_END, 0))
        ending = file.read()
    at = ending.rfind(_END)
    if at < 0:
        raise NotATable
    # In a file of ZIP64 this is the largest number of four bytes. No workbook needs one.
    if int.from_bytes(ending[at + 12 : at + 16], "little") > _LONGEST_LIST:
        raise TooMuch
