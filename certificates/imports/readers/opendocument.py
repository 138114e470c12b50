"""Read ODS. Each of its cells holds the text that is shown, so nothing has to be formatted."""

import datetime as dt
import zipfile
from collections.abc import Iterator, Mapping
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
from certificates.imports.readers.packages import open_package
from certificates.imports.readers.sheet_xml import EndHandler, StartHandler, parse_xml

_HIDDEN = {"collapse", "filter"}
_LONGEST_NAME = 1_000


def read(path: Path, chosen: str) -> Contents:
    try:
        with open_package(path) as archive:
            if b"encryption-data" in archive.read("META-INF/manifest.xml"):
                raise Protected
            active, sheets = _active_sheet(archive), _sheets(archive)
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise NotATable from error
    visible = [name for name, is_visible in sheets.items() if is_visible]
    candidates = [name for name in (chosen, active) if sheets.get(name)]
    name = [*candidates, *visible[:1], *sheets, ""][0]
    about = About(
        sheet=name,
        sheets=[other for other in visible if other != name],
        hidden_sheets=[
            other for other, is_visible in sheets.items() if not is_visible and other != name
        ],
    )
    return Contents(about, _lines(path, name, about))


def _sheets(archive: zipfile.ZipFile) -> Mapping[str, bool]:
    """Return whether each sheet is visible."""
    hidden_styles = set[str]()
    styles = dict[str, str]()
    style = ""

    def start_style(given: Mapping[str, str]) -> None:
        nonlocal style
        style = given.get("name", "")

    def start_properties(given: Mapping[str, str]) -> None:
        if given.get("display") == "false":
            hidden_styles.add(style)

    def start_table(given: Mapping[str, str]) -> None:
        styles[given["name"]] = given.get("style-name", "")

    handlers = {
        "style": start_style,
        "table-properties": start_properties,
        "table": start_table,
    }
    with archive.open("content.xml") as file:
        for _portion in parse_xml(file, handlers):
            pass
    return {name: style not in hidden_styles for name, style in styles.items()}


def _active_sheet(archive: zipfile.ZipFile) -> str:
    if "settings.xml" not in archive.namelist():
        return ""
    is_inside = False
    name = ""

    def start(given: Mapping[str, str]) -> None:
        nonlocal is_inside
        is_inside = given.get("name") == "ActiveTable"

    def text(part: str) -> None:
        nonlocal name
        if is_inside and len(name) < _LONGEST_NAME:
            name += part

    def end() -> None:
        nonlocal is_inside
        is_inside = False

    with archive.open("settings.xml") as file:
        for _portion in parse_xml(file, {"config-item": start}, {"config-item": end}, text):
            pass
    return name


def _lines(path: Path, sheet: str, about: About) -> Iterator[Line]:
    reader = _SheetReader(sheet)
    with open_package(path) as archive, archive.open("content.xml") as file:
        for _portion in parse_xml(
            file, reader.start_handlers(), reader.end_handlers(), reader.text
        ):
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
        self._given_lines = 0
        self._is_hidden = False
        self._cells: list[str] = []
        self._problems: dict[int, CellProblem] = {}
        self._given: Mapping[str, str] = {}
        self._paragraphs: list[str] | None = None
        self._length = 0  # of the text of this cell
        self._annotations = 0
        # By column: the text of a cell merged with those below it, and how many of them are left.
        self._merged: dict[int, tuple[str, int]] = {}

    def start_handlers(self) -> Mapping[str, StartHandler]:
        return {
            "table": self._start_table,
            "table-column": self._start_column,
            "table-row": self._start_row,
            "table-cell": self._start_cell,
            "covered-table-cell": self._start_cell,
            "annotation": self._start_annotation,
            "p": self._start_paragraph,
            "s": self._start_spaces,
            "tab": lambda _given: self.text("\t"),
            "line-break": lambda _given: self.text("\n"),
        }

    def end_handlers(self) -> Mapping[str, EndHandler]:
        return {
            "table": self._end_table,
            "table-cell": lambda: self._end_cell(is_covered=False),
            "covered-table-cell": lambda: self._end_cell(is_covered=True),
            "annotation": self._end_annotation,
            "table-row": self._end_row,
        }

    def text(self, part: str) -> None:
        # What is longer is cut anyway, and a text that grows by small parts is copied each time.
        if self._paragraphs and not self._annotations and self._length <= limits.LONGEST_CELL:
            self._paragraphs[-1] += part
            self._length += len(part)

    def _start_table(self, given: Mapping[str, str]) -> None:
        self._is_inside = given.get("name") == self._sheet

    def _end_table(self) -> None:
        self._is_inside = False

    def _start_row(self, given: Mapping[str, str]) -> None:
        if not self._is_inside:
            return
        # With fewer than one, the numbers of the rows would go back.
        self._rows_repeated = max(1, int(given.get("number-rows-repeated", 1))) if given else 1
        self._is_hidden = given.get("visibility") in _HIDDEN
        self._cells, self._problems = [], {}

    def _start_cell(self, given: Mapping[str, str]) -> None:
        if not self._is_inside:
            return
        self._given, self._paragraphs, self._length = given, [], 0

    def _start_annotation(self, _given: Mapping[str, str]) -> None:
        if not self._is_inside:
            return
        self._annotations += 1

    def _end_annotation(self) -> None:
        if self._is_inside:
            self._annotations -= 1

    def _start_paragraph(self, _given: Mapping[str, str]) -> None:
        if self._is_inside and self._paragraphs is not None and not self._annotations:
            self._length += 1
            if self._length <= limits.LONGEST_CELL:
                self._paragraphs.append("")

    def _start_spaces(self, given: Mapping[str, str]) -> None:
        self.text(" " * min(int(given.get("c", 1)), limits.LONGEST_CELL))

    def _start_column(self, given: Mapping[str, str]) -> None:
        if not self._is_inside:
            return
        repeated = int(given.get("number-columns-repeated", 1))
        if given.get("visibility") in _HIDDEN:
            end = min(self._columns + repeated, limits.MOST_COLUMNS)
            self.hidden_columns += range(self._columns, end)
        self._columns += repeated

    def _end_cell(self, *, is_covered: bool) -> None:
        if not self._is_inside:
            return
        column = len(self._cells)
        if column > limits.MOST_COLUMNS and not self._paragraphs:
            return
        text, problem = _shown(self._given, "\n".join(self._paragraphs or ()))
        self._paragraphs = None
        if column > limits.MOST_COLUMNS:
            # All that is known of those beyond is whether one of them has text.
            self._cells[-1] = self._cells[-1].strip() or text
            return
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
        self._cells += [text] * min(repeated, limits.MOST_COLUMNS + 1 - column)

    def _end_row(self) -> None:
        if not self._is_inside:
            return
        first = self._row + 1
        self._row += self._rows_repeated
        if self._cells and any(cell.strip() for cell in self._cells):
            rows = range(first, self._row + 1)[: limits.MOST_PRINTED - self._given_lines]
            self._given_lines += len(rows)
            self.lines += (
                Line(number, self._cells, self._is_hidden, self._problems) for number in rows
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
