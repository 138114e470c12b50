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
    for number, cells in _Records(text, delimiter):
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
    whole = len(text) - len(text.encode("ascii", errors="ignore")) - broken
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
        records = islice(_Records(sample, delimiter), _JUDGED_BY)
        widths = Counter(len(cells) for _number, cells in records)
        wide = {width: count for width, count in widths.items() if width > 1}
        if not wide:
            return (0, 0)
        width = max(wide, key=lambda width: (wide[width], width))
        return (wide[width] / widths.total(), width)

    return max(_DELIMITERS, key=regularity)


class _Records:
    """Reads the records of a text that are not blank, each with its number in the sheet.

    The `csv` module is not used: it drops quotation marks that do not surround the whole cell, and
    reads on to the end of the file after one that is never closed.
    """

    def __init__(self, text: str, delimiter: str) -> None:
        edge = re.escape(delimiter)
        self._text, self._delimiter = text, delimiter
        self._width = _usual_count(text, delimiter)
        # Possessive, so that a hostile text is scanned once.
        self._blank = re.compile(rf"[\s{edge}]*+")
        self._plain = re.compile(rf"[^{edge}\r\n]*+")
        self._quoted_or_plain = re.compile(
            rf'"((?:[^"]++|"")*+)"(?=[{edge}\r\n]|\Z)|([^{edge}\r\n]*+)'
        )
        self._at, self._number = 0, 1

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        while self._at < len(self._text):
            self._skip_blank_lines()
            cells = self._cells()
            if any(cells):
                yield self._number, cells
            if end := _LINE_END.match(self._text, self._at):
                self._at, self._number = end.end(), self._number + 1

    def _skip_blank_lines(self) -> None:
        """Skip all of them at once: a small file may have millions."""
        match = self._blank.match(self._text, self._at)
        passed = match[0] if match else ""
        length = max(passed.rfind("\n"), passed.rfind("\r")) + 1
        self._at += length
        passed = passed[:length]
        self._number += passed.count("\n") + passed.count("\r") - passed.count("\r\n")

    def _cells(self) -> list[str]:
        end = _LINE_END.search(self._text, self._at)
        line = self._text[self._at : end.start() if end else None]
        if '"' in line:
            return self._cells_with_quotes()
        self._at += len(line)
        return line.split(self._delimiter)

    def _cells_with_quotes(self) -> list[str]:
        cells = list[str]()
        while match := self._quoted_or_plain.match(self._text, self._at):
            quoted, plain = match.groups()
            if quoted is None:
                cells.append(plain)
            elif not _swallows_records(quoted, self._delimiter, self._width):
                cells.append(quoted.replace('""', '"'))
            elif match := self._plain.match(self._text, self._at):
                cells.append(match[0])
            self._at = match.end() if match else self._at
            if not self._text.startswith(self._delimiter, self._at):
                break
            self._at += 1
        return cells


def _usual_count(text: str, delimiter: str) -> int:
    """Return how many delimiters most of the first lines have."""
    counts = Counter(line.count(delimiter) for line in text[:_SAMPLE].split("\n")[:_JUDGED_BY])
    counts.pop(0, None)
    return max(counts, key=lambda count: (counts[count], count), default=0)


def _swallows_records(cell: str, delimiter: str, width: int) -> bool:
    """A quotation mark that was never closed may pair with one in a row further down."""
    return width > 1 and "\n" in cell and cell.count(delimiter) >= width
