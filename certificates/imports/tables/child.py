"""Run as a program with the path of a table: prints each row as a line of JSON.

It limits its own memory and time before it looks at the file: a few kilobytes of XLSX can unfold
into a table of a trillion cells.
"""

import csv
import datetime as dt
import json
import resource
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from python_calamine import CalamineWorkbook

MEMORY = 768 * 1024 * 1024
SECONDS = 40
MOST_ROWS = 20_000
MOST_COLUMNS = 60
LONGEST_CELL = 5_000
# Russian Excel saves CSV in cp1251 and separates with semicolons.
_ENCODINGS = ("utf-8-sig", "cp1251")
_DELIMITERS = ";\t,"


def main(path: Path) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    rows = _csv_rows(path) if path.suffix == ".csv" else _sheet_rows(path)
    # The header, and one row more than allowed: the parent then refuses the table as too long.
    for row in islice(rows, MOST_ROWS + 2):
        cells = [cell[:LONGEST_CELL] for cell in row[:MOST_COLUMNS]]
        sys.stdout.write(json.dumps(cells, ensure_ascii=False) + "\n")


def _sheet_rows(path: Path) -> Iterator[list[str]]:
    workbook = CalamineWorkbook.from_path(path)
    for row in workbook.get_sheet_by_index(0).iter_rows():
        yield [_text(cell) for cell in row]


def _text(cell: object) -> str:
    # Spreadsheets store every number as a float; «2026.0» would not be a year.
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    # A date cell arrives as midnight of that day.
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return str(cell)


def _csv_rows(path: Path) -> Iterator[list[str]]:
    content = path.read_bytes()
    # UTF-8 first: almost any bytes are valid in cp1251, hardly any Russian text in cp1251 is valid
    # UTF-8.
    text = next(text for encoding in _ENCODINGS if (text := _decoded(content, encoding)))
    first_line = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first_line.count)
    # An unclosed quotation mark makes the rest of the file one field; this turns it into an error.
    csv.field_size_limit(10 * LONGEST_CELL)
    yield from csv.reader(text.splitlines(keepends=True), delimiter=delimiter)


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return ""


if __name__ == "__main__":
    main(Path(sys.argv[1]))
