"""Read ODS. Each of its cells holds the text that is shown, so nothing has to be formatted."""

import datetime as dt
import zipfile
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

from certificates.imports.readers import limits
from certificates.imports.readers.contents import (
    About,
    CellProblem,
    Contents,
    Line,
    NotATable,
    Protected,
)
from certificates.imports.readers.sheet_xml import parse_xml

_HIDDEN = {"collapse", "filter"}
_CELLS = {"table-cell", "covered-table-cell"}


def read(path: Path, chosen: str) -> Contents:
    try:
        with zipfile.ZipFile(path) as archive:
            if b"encryption-data" in archive.read("META-INF/manifest.xml"):
                raise Protected
            active, sheets = _active_sheet(archive), _sheets(archive)
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise NotATable from error
    visible = [name for name, is_visible in sheets.items() if is_visible]
    candidates = [name for name in (chosen, active, *visible) if name in visible]
    name = (candidates or [*sheets, ""])[0]
    about = About(
        sheet=name,
        sheets=[other for other in visible if other != name],
        hidden_sheets=[other for other in sheets if other not in {*visible, name}],
    )
    return Contents(about, _lines(path, name, about))


def _sheets(archive: zipfile.ZipFile) -> Mapping[str, bool]:
    """Return whether each sheet is visible."""
    hidden_styles = set[str]()
    styles = dict[str, str]()
    style = ""

    def start(name: str, given: Mapping[str, str]) -> None:
        nonlocal style
        if name == "style":
            style = given.get("name", "")
        elif name == "table-properties" and given.get("display") == "false":
            hidden_styles.add(style)
        elif name == "table":
            styles[given["name"]] = given.get("style-name", "")

    with archive.open("content.xml") as file:
        for _portion in parse_xml(file, start):
            pass
    return {name: style not in hidden_styles for name, style in styles.items()}


def _active_sheet(archive: zipfile.ZipFile) -> str:
    if "settings.xml" not in archive.namelist():
        return ""
    is_inside = False
    name = ""

    def start(_element: str, given: Mapping[str, str]) -> None:
        nonlocal is_inside
        is_inside = given.get("name") == "ActiveTable"

    def text(part: str) -> None:
        nonlocal name
        name += part if is_inside else ""

    def end(_element: str) -> None:
        nonlocal is_inside
        is_inside = False

    with archive.open("settings.xml") as file:
        for _portion in parse_xml(file, start, end, text):
            pass
    return name


def _lines(path: Path, sheet: str, about: About) -> Iterator[Line]:
    reader = _SheetReader(sheet)
    with zipfile.ZipFile(path) as archive, archive.open("content.xml") as file:
        for _portion in parse_xml(file, reader.start, reader.end, reader.text):
            yield from reader.lines
            reader.lines.clear()
    about.hidden_columns = reader.hidden_columns


class _SheetReader:
    def __init__(self, sheet: str) -> None:
        self.lines: list[Line] = []
        self.hidden_columns: list[int] = []
        self._sheet = sheet
        self._is_inside = False
        self._columns = 0
        self._row, self._rows_repeated = 0, 0
        self._is_hidden = False
        self._cells: list[str] = []
        self._problems: dict[int, CellProblem] = {}
        self._given: Mapping[str, str] = {}
        self._paragraphs: list[str] | None = None
        self._annotations = 0
        # By column: the text of a cell merged with those below it, and how many of them are left.
        self._merged: dict[int, tuple[str, int]] = {}

    def start(self, name: str, given: Mapping[str, str]) -> None:
        if name == "table":
            self._is_inside = given.get("name") == self._sheet
        if not self._is_inside:
            return
        if name == "table-column":
            self._start_column(given)
        elif name == "table-row":
            # With fewer than one, the numbers of the rows would go back.
            self._rows_repeated = max(1, int(given.get("number-rows-repeated", 1)))
            self._is_hidden = given.get("visibility") in _HIDDEN
            self._cells, self._problems = [], {}
        elif name in _CELLS:
            self._given, self._paragraphs = given, []
        elif name == "annotation":
            self._annotations += 1
        elif self._paragraphs is not None and not self._annotations:
            self._start_text(name, given, self._paragraphs)

    def text(self, part: str) -> None:
        if self._paragraphs and not self._annotations:
            self._paragraphs[-1] += part

    def end(self, name: str) -> None:
        if name == "table":
            self._is_inside = False
        if not self._is_inside:
            return
        if name in _CELLS:
            self._end_cell(is_covered=name == "covered-table-cell")
        elif name == "annotation":
            self._annotations -= 1
        elif name == "table-row":
            self._end_row()

    def _start_column(self, given: Mapping[str, str]) -> None:
        repeated = int(given.get("number-columns-repeated", 1))
        if given.get("visibility") in _HIDDEN:
            columns = range(self._columns, self._columns + repeated)
            self.hidden_columns += columns[: limits.MOST_COLUMNS]
        self._columns += repeated

    def _start_text(self, name: str, given: Mapping[str, str], paragraphs: list[str]) -> None:
        if name == "p":
            paragraphs.append("")
        elif paragraphs and name == "s":
            paragraphs[-1] += " " * min(int(given.get("c", 1)), limits.LONGEST_CELL)
        elif paragraphs and name in {"tab", "line-break"}:
            paragraphs[-1] += "\t" if name == "tab" else "\n"

    def _end_cell(self, *, is_covered: bool) -> None:
        column = len(self._cells)
        text, problem = _shown(self._given, "\n".join(self._paragraphs or ()))
        self._paragraphs = None
        if is_covered:
            text, left = self._merged.get(column, ("", 0))
            text = text if left else ""
            self._merged[column] = (text, left - 1)
        elif int(self._given.get("number-columns-spanned", 1)) == 1:
            self._merged[column] = (text, int(self._given.get("number-rows-spanned", 1)) - 1)
        if problem:
            self._problems[column] = problem
        # The last cell of a row is repeated for all empty ones up to the edge of the sheet.
        repeated = int(self._given.get("number-columns-repeated", 1))
        self._cells += [text] * min(repeated, limits.MOST_COLUMNS + 1)

    def _end_row(self) -> None:
        first = self._row + 1
        self._row += self._rows_repeated
        if any(cell.strip() for cell in self._cells):
            numbers = islice(range(first, self._row + 1), limits.MOST_ROWS + 2)
            self.lines += (
                Line(number, self._cells, self._is_hidden, self._problems) for number in numbers
            )


def _shown(given: Mapping[str, str], text: str) -> tuple[str, CellProblem | None]:
    kind = given.get("value-type", "")
    if kind == "boolean":
        return text, CellProblem.LOGICAL
    if kind == "date":
        return _date(given.get("date-value", ""), text), None
    # LibreOffice writes an error as a text and marks it in an extension of the format.
    if kind == "error" or (given.get("formula") and text.startswith(("#", "Err:"))):
        return "", CellProblem.ERROR
    if given.get("formula") and not kind:
        return "", CellProblem.FORMULA
    return text, None


def _date(value: str, text: str) -> str:
    """A date may be shown with two digits of the year, so the value is taken."""
    try:
        moment = dt.datetime.fromisoformat(value)
    except ValueError:
        return text
    return moment.strftime("%d.%m.%Y %H:%M").removesuffix(" 00:00")
