"""Read CSV as spreadsheets save it: in several encodings, with several delimiters."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from certificates.imports.readers.contents import About, Contents, Damage, Line, NotATable

_BOMS = {
    b"\xef\xbb\xbf": "utf-8",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
}
# In this order where nothing tells them apart. Russian Excel saves CSV in the first of them, or,
# as «CSV (MS-DOS)», in the second.
_ONE_BYTE = ("cp1251", "cp866", "koi8-r", "mac-cyrillic")
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", *_ONE_BYTE)
# Nearly half of the letters of any Russian text. In a wrong encoding they become rare ones.
_COMMON_LETTERS = re.compile(r"[оеаинтсрвлОЕАИНТСРВЛ]")
_CAPITAL_WITHIN_WORD = re.compile(r"(?<=[а-яё])[А-ЯЁ]")
_NOT_IN_RUSSIAN = re.compile(r"[^\x00-\x7fА-яЁё«»—–…№“”„’\u00a0]")
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1f]")
_SAMPLE = 100_000  # characters that the encoding and the delimiter are judged by

_SEPARATOR_LINE = re.compile(r'"?sep=([^\r\n])"?(?:\r\n|\r|\n|\Z)', re.IGNORECASE)
_DELIMITERS = ";\t,|"
_JUDGED_BY = 30  # records
# What Python decodes a byte to that is no text in the encoding.
_DAMAGED = "\ufffd"
PLACES_NAMED = 10
_SHOWN_AROUND = 20  # characters on either side
_LINE_END = re.compile(r"\r\n|\r|\n")


def read(path: Path, encoding: str = "") -> Contents:
    content = path.read_bytes()
    encoding = encoding if encoding in ENCODINGS else _encoding_of(content)
    text = content.decode(encoding, errors="replace").removeprefix("\ufeff")
    about = About(encoding=encoding, damaged=text.count(_DAMAGED))
    # PostgreSQL stores no NUL, and no text has one.
    text = text.replace("\0", "")
    if 20 * len(_CONTROL.findall(text[:_SAMPLE])) > len(text[:_SAMPLE]):
        raise NotATable
    separator = _SEPARATOR_LINE.match(text)
    if separator:
        text = text[separator.end() :]
    delimiter = separator[1] if separator else _delimiter_of(text)
    return Contents(about, _lines(text, delimiter, about))


def _lines(text: str, delimiter: str, about: About) -> Iterator[Line]:
    for number, cells in enumerate(_records(text, delimiter), start=1):
        if about.damaged and len(about.damage) < PLACES_NAMED:
            about.damage += _damage_in(number, cells)
            del about.damage[PLACES_NAMED:]
        yield Line(number, cells)


def _damage_in(number: int, cells: Sequence[str]) -> Iterator[Damage]:
    for column, cell in enumerate(cells):
        at = cell.find(_DAMAGED)
        if at >= 0:
            yield number, column, cell[max(at - _SHOWN_AROUND, 0) : at + 1 + _SHOWN_AROUND]


def _encoding_of(content: bytes) -> str:
    for mark, encoding in _BOMS.items():
        if content.startswith(mark):
            return encoding
    if wide := _wide_encoding(content[:_SAMPLE]):
        return wide
    text = content.decode("utf-8", errors="replace")
    broken = text.count(_DAMAGED)
    whole = sum(character > "\x7f" for character in text) - broken
    # A file in UTF-8 with a few broken bytes stays one: hardly any Russian text in a one-byte
    # encoding has even a few sequences that are valid in UTF-8.
    if not broken or whole > 3 * broken:
        return "utf-8"
    return max(_ONE_BYTE, key=lambda encoding: _resemblance(content[:_SAMPLE], encoding))


def _wide_encoding(sample: bytes) -> str:
    """Recognise UTF-16 without a mark: of each pair, one byte is 0 (Latin) or 4 (Cyrillic)."""
    if b"\0" not in sample:
        return ""
    for encoding, high in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        if high and 10 * (high.count(0) + high.count(4)) > 9 * len(high):
            return encoding
    return ""


def _resemblance(sample: bytes, encoding: str) -> int:
    """Return how much the text looks like Russian in this encoding."""
    text = sample.decode(encoding, errors="replace")
    odd = len(_NOT_IN_RUSSIAN.findall(text)) + len(_CAPITAL_WITHIN_WORD.findall(text))
    return len(_COMMON_LETTERS.findall(text)) - 3 * odd


def _delimiter_of(text: str) -> str:
    """Return the delimiter that gives most records one width: a header may be full of commas."""
    sample = text[:_SAMPLE]

    def regularity(delimiter: str) -> tuple[float, int]:
        records = islice(_records(sample, delimiter), _JUDGED_BY)
        widths = Counter(len(cells) for cells in records if any(cells))
        wide = {width: count for width, count in widths.items() if width > 1}
        if not wide:
            return (0, 0)
        width = max(wide, key=lambda width: (wide[width], width))
        return (wide[width] / widths.total(), width)

    return max(_DELIMITERS, key=regularity)


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    """Yield every record, an empty line as an empty list: the numbers are those of the sheet.

    The `csv` module is not used: it drops quotation marks that do not surround the whole cell, and
    reads on to the end of the file after one that is never closed.
    """
    edge = re.escape(delimiter)
    # Possessive, so that a hostile text is scanned once.
    quoted = re.compile(rf'"((?:[^"]++|"")*+)"(?=[{edge}\r\n]|\Z)')
    plain = re.compile(rf"[^{edge}\r\n]*+")
    width = _usual_count(text, delimiter)
    at, cells = 0, list[str]()
    while at < len(text):
        cell = quoted.match(text, at)
        if cell and not _swallows_records(cell[1], delimiter, width):
            cells.append(cell[1].replace('""', '"'))
        else:
            cell = plain.match(text, at)
            cells.append(cell[0] if cell else "")
        at = cell.end() if cell else at
        if text.startswith(delimiter, at):
            at += 1
            if at < len(text):
                continue
            cells.append("")
        end = _LINE_END.match(text, at)
        at = end.end() if end else at
        yield [] if cells == [""] else cells
        cells = []


def _usual_count(text: str, delimiter: str) -> int:
    """Return how many delimiters most of the first lines have."""
    counts = Counter(line.count(delimiter) for line in text[:_SAMPLE].split("\n")[:_JUDGED_BY])
    counts.pop(0, None)
    return max(counts, key=lambda count: (counts[count], count), default=0)


def _swallows_records(cell: str, delimiter: str, width: int) -> bool:
    """A quotation mark that was never closed may pair with one in a row further down."""
    return width > 1 and "\n" in cell and cell.count(delimiter) >= width
