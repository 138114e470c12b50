"""Run as a program with the path of a table, and the sheet and the encoding to read if chosen.

Prints each row that has text as a line of JSON, then what was found besides. It limits its own
memory and time before it looks at the file.
"""

import dataclasses
import json
import sys
from pathlib import Path

from certificates.imports.readers import delimited, limits, opendocument, workbooks
from certificates.imports.readers.contents import (
    Contents,
    NotATable,
    Protected,
    TooMuch,
)
from core.children import limit_process

TOO_MUCH, NOT_A_TABLE, PROTECTED = 3, 4, 5  # exit codes
_ZIP = b"PK"
_OLE = b"\xd0\xcf\x11\xe0"
_MIME_OF_ODS = b"application/vnd.oasis.opendocument.spreadsheet"


def main() -> None:
    limit_process(memory=limits.MEMORY, cpu_seconds=limits.SECONDS)
    path, sheet, encoding = sys.argv[1:4]
    try:
        _print(_contents(Path(path), sheet, encoding))
    except TooMuch:
        sys.exit(TOO_MUCH)
    except NotATable:
        sys.exit(NOT_A_TABLE)
    except Protected:
        sys.exit(PROTECTED)


def _contents(path: Path, sheet: str, encoding: str) -> Contents:
    """Go by the content: a workbook is often renamed to .csv, and only a ZIP can be a workbook."""
    with path.open("rb") as file:
        beginning = file.read(200)
    if beginning.startswith(_ZIP):
        if _MIME_OF_ODS in beginning:
            return opendocument.read(path, sheet)
        return workbooks.read(path, sheet)
    if beginning.startswith(_OLE):
        raise Protected
    if path.suffix != ".csv":
        raise NotATable
    return delimited.read(path, encoding)


def _print(contents: Contents) -> None:
    about, rows, size = contents.about, 0, 0
    for line in contents.lines:
        if not any(cell.strip() for cell in line.cells):
            continue
        # One row more than allowed is printed: the parent then refuses the table as too long.
        if rows == limits.MOST_PRINTED:
            break
        if line.number > limits.LAST_ROW:
            raise NotATable
        rows += 1
        about.has_more_columns = about.has_more_columns or any(
            cell.strip() for cell in line.cells[limits.MOST_COLUMNS :]
        )
        cells = [cell[: limits.LONGEST_CELL] for cell in line.cells[: limits.MOST_COLUMNS]]
        problems = {at: code for at, code in line.problems.items() if at < limits.MOST_COLUMNS}
        size += _write([line.number, cells, line.is_hidden, problems], limits.MOST_TEXT - size)
    # There may be very many sheets, with very long names.
    _write(dataclasses.asdict(about), limits.MOST_TEXT)


def _write(value: object, most: int) -> int:
    """Write a line and return its length, which is at most `most`."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) > most:
        raise TooMuch
    # Bytes, because the worker may run in a locale with another encoding.
    sys.stdout.buffer.write(line.encode() + b"\n")
    return len(line)


if __name__ == "__main__":
    main()
