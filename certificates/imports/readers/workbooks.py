"""Read XLSX: the values by calamine, what is hidden and how numbers are shown from the XML."""

import datetime as dt
import posixpath
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from certificates.imports.readers import limits
from certificates.imports.readers.contents import (
    About,
    CellProblem,
    Contents,
    Line,
    NotATable,
    TooMuch,
)
from certificates.imports.readers.packages import open_package
from certificates.imports.readers.sheet_xml import StartHandler, parse_xml

# ECMA-376, part 1, 18.8.30: the built-in formats that show more than a plain number: percentages,
# fractions and sums of money.
_BUILT_IN_CODES = {"9": "0%", "10": "0.00%", "12": "# ?/?", "13": "# ??/??"}
_BUILT_IN_CODES |= dict.fromkeys(["5", "6", "7", "8", "42", "44"], "#,##0.00 ¤")
_LITERALS = r"""((?:"[^"]*"|\\.)*)"""
_PADDED = re.compile(rf"{_LITERALS}(0+){_LITERALS}(?:;.*)?")
_PERCENT = re.compile(r"0(?:\.(0+))?%")
_PLAIN_CODE = re.compile(r"(?i)general|@|[#0][#0,. ]*(?:_[-) ])?(?:;.*)?")
# Excel's limit is 16,384 columns; a range of that width must not become a list.
_MOST_HIDDEN = 200
# Excel's limit for the code of a number format.
_LONGEST_CODE = 255
# The last cell of any program has ten characters.
_LONGEST_REFERENCE = 20


@dataclass(slots=True)
class _Attributes:
    """Attributes in the XML of a sheet, which the values do not include."""

    hidden_rows: set[int] = field(default_factory=set)  # from 1
    hidden_columns: set[int] = field(default_factory=set)  # from 0
    # Of the cells with a format that shows more than a plain number.
    styles: dict[tuple[int, int], str] = field(default_factory=dict)
    # Calamine gives an empty text for an error, and for a formula without a stored result.
    problems: dict[int, dict[int, CellProblem]] = field(default_factory=dict)


def read(path: Path, chosen: str) -> Contents:
    try:
        with open_package(path) as archive:
            workbook = CalamineWorkbook.from_path(path)
            package = _Package(archive)
            name = _sheet_to_read(workbook, chosen, package.active)
            sheet = workbook.get_sheet_by_name(name)
            formats = package.formats()
            attributes = package.attributes(name, formats, sheet.total_height)
    except (CalamineError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise NotATable from error
    visible = _visible(workbook)
    shown = {*visible, name}
    about = About(
        sheet=name,
        sheets=[other for other in visible if other != name],
        hidden_sheets=[one.name for one in workbook.sheets_metadata if one.name not in shown],
        hidden_columns=sorted(attributes.hidden_columns),
    )
    return Contents(about, _lines(sheet, formats, attributes))


def _visible(workbook: CalamineWorkbook) -> list[str]:
    return [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
    ]


def _sheet_to_read(workbook: CalamineWorkbook, chosen: str, active: int) -> str:
    """The chosen sheet, or the one that a spreadsheet opens with, or the first visible one."""
    visible = _visible(workbook)
    names = workbook.sheet_names
    candidates = [chosen, *names[active : active + 1], *visible]
    return next(name for name in candidates if name in visible) if visible else names[0]


def _lines(
    sheet: CalamineSheet, formats: Mapping[str, str], attributes: _Attributes
) -> Iterator[Line]:
    # Rows are given from the first one on, cells only from the first column that is used.
    first_column = sheet.start[1] if sheet.start else 0
    merged = _merged(sheet)
    merged_rows = {row for row, _column in merged}
    carried: dict[int, object] = {}
    most = max(limits.MOST_COLUMNS - first_column, 0)
    for number, values in enumerate(sheet.iter_rows(), start=1):
        # There may be a million of them between two rows with text.
        if values.count("") == len(values) and number not in merged_rows:
            continue
        cells, problems = [""] * first_column, dict[int, CellProblem]()
        for column, own_value in enumerate(values[:most], start=first_column):
            place = (number, column)
            value: object = carried.get(column, "") if merged.get(place) else own_value
            if place in merged:
                carried[column] = value
            code = formats.get(attributes.styles.get(place, ""), "")
            text, problem = _shown(value, code)
            cells.append(text)
            if problem:
                problems[column] = problem
        # Of those beyond, it is told only that one has text.
        text = next((str(value) for value in values[most:] if value != ""), "")
        if text:
            cells += [""] * (limits.MOST_COLUMNS - len(cells)) + [text]
        for column, problem in attributes.problems.get(number, {}).items():
            if not "".join(cells[column : column + 1]):
                problems[column] = problem
        yield Line(number, cells, number in attributes.hidden_rows, problems)


def _merged(sheet: CalamineSheet) -> Mapping[tuple[int, int], bool]:
    """Return cells of merged ranges of one column; True for those that repeat the cell above.

    A school named once for five people is shown in the rows of all five.
    """
    ranges = [
        (range(top, min(bottom, sheet.total_height) + 1), left)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
        if left == right
    ]
    if sum(len(rows) for rows, _column in ranges) > limits.MOST_MERGED:
        raise TooMuch
    return {(row + 1, column): row > rows.start for rows, column in ranges for row in rows}


def _shown(value: object, code: str) -> tuple[str, CellProblem | None]:
    """Return the text that a spreadsheet shows for a value with this format."""
    if isinstance(value, bool):
        return str(value).upper(), CellProblem.LOGICAL
    if isinstance(value, int | float):
        return _number(float(value), code)
    if isinstance(value, dt.timedelta):
        hours, seconds = divmod(int(value.total_seconds()), 3600)
        return f"{hours}:{seconds // 60:02}", None
    if isinstance(value, dt.date | dt.time):
        return _moment(value), None
    return str(value).replace("\0", ""), None


def _moment(value: dt.date | dt.time) -> str:
    if isinstance(value, dt.time):
        return value.strftime("%H:%M:%S").removesuffix(":00")
    # Midnight is a date: cells of dates arrive as moments, too.
    return value.strftime("%d.%m.%Y %H:%M").removesuffix(" 00:00")


def _number(value: float, code: str) -> tuple[str, CellProblem | None]:
    # Spreadsheets store every number as a float; «2026.0» would not be a year. They show fifteen
    # digits of it.
    plain = str(int(value)) if value.is_integer() else f"{value:.15g}"
    if padded := _PADDED.fullmatch(code):
        before, zeros, after = padded.groups()
        return f"{_literal(before)}{value:0{len(zeros)}.0f}{_literal(after)}", None
    if percent := _PERCENT.fullmatch(code):
        return f"{value:.{len(percent[1] or '')}%}", None
    is_plain = not code or _PLAIN_CODE.fullmatch(code)
    return plain, None if is_plain else CellProblem.FORMAT


def _literal(quoted: str) -> str:
    return re.sub(r'"([^"]*)"|\\(.)', r"\1\2", quoted)


class _Package:
    """The parts of an XLSX file (ECMA-376, part 1, 18)."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.active = 0
        self._part_ids: dict[str, str] = {}
        self._targets: dict[str, str] = {}
        sheets = {"workbookView": self._read_view, "sheet": self._read_sheet}
        self._parse("xl/workbook.xml", sheets)
        self._parse("xl/_rels/workbook.xml.rels", {"Relationship": self._read_relation})

    def formats(self) -> Mapping[str, str]:
        """Return the code of the number format of each style. A plain one is left out."""
        codes, used = dict(_BUILT_IN_CODES), list[str]()
        is_in_cells = False

        def number_format(given: Mapping[str, str]) -> None:
            codes[given["numFmtId"]] = given["formatCode"][:_LONGEST_CODE]

        def styles_of(*, cells: bool) -> StartHandler:
            def start(_given: Mapping[str, str]) -> None:
                nonlocal is_in_cells
                is_in_cells = cells

            return start

        def style(given: Mapping[str, str]) -> None:
            if is_in_cells:
                used.append(given.get("numFmtId", "0"))

        handlers = {
            "numFmt": number_format,
            "cellXfs": styles_of(cells=True),
            "cellStyleXfs": styles_of(cells=False),
            "xf": style,
        }
        if "xl/styles.xml" in self._archive.namelist():
            self._parse("xl/styles.xml", handlers)
        return {str(style): codes[number] for style, number in enumerate(used) if number in codes}

    def attributes(self, sheet: str, formats: Collection[str], last_row: int) -> _Attributes:
        """Return the attributes down to the last row with a value."""
        reader = _SheetAttributes(formats)
        part = posixpath.join("xl", self._targets[self._part_ids[sheet]]).lstrip("/")
        with self._archive.open(part) as file:
            for _portion in parse_xml(file, reader.start_handlers()):
                if reader.row > last_row:
                    break
        return reader.attributes

    def _read_view(self, given: Mapping[str, str]) -> None:
        self.active = int(given.get("activeTab", 0))

    def _read_sheet(self, given: Mapping[str, str]) -> None:
        self._part_ids[given["name"]] = given["id"]

    def _read_relation(self, given: Mapping[str, str]) -> None:
        self._targets[given["Id"]] = given["Target"]

    def _parse(self, part: str, handlers: Mapping[str, StartHandler]) -> None:
        with self._archive.open(part) as file:
            for _portion in parse_xml(file, handlers):
                pass


class _SheetAttributes:
    def __init__(self, formats: Collection[str]) -> None:
        self.attributes = _Attributes()
        self.row, self._column = 0, -1
        self._formats = formats
        self._is_text = False

    def start_handlers(self) -> Mapping[str, StartHandler]:
        return {
            "row": self._start_row,
            "c": self._start_cell,
            "col": self._start_column,
            "f": self._start_formula,
        }

    def _start_row(self, given: Mapping[str, str]) -> None:
        self.row = int(given.get("r", self.row + 1))
        self._column = -1
        if given.get("hidden") in {"1", "true"} or _is_zero(given.get("ht")):
            self.attributes.hidden_rows.add(self.row)

    def _start_column(self, given: Mapping[str, str]) -> None:
        if given.get("hidden") in {"1", "true"} or _is_zero(given.get("width")):
            columns = range(int(given["min"]) - 1, int(given["max"]))
            self.attributes.hidden_columns.update(columns[:_MOST_HIDDEN])

    def _start_formula(self, _given: Mapping[str, str]) -> None:
        if not self._is_text:
            self._report(CellProblem.FORMULA)

    def _start_cell(self, given: Mapping[str, str]) -> None:
        self._column = _column(given["r"]) if "r" in given else self._column + 1
        # The result of a formula may be an empty text.
        self._is_text = given.get("t") == "str"
        style = given.get("s", "0")
        if style != "0" and style in self._formats:
            self.attributes.styles[self.row, self._column] = style
        if given.get("t") == "e":
            self._report(CellProblem.ERROR)

    def _report(self, problem: CellProblem) -> None:
        self.attributes.problems.setdefault(self.row, {}).setdefault(self._column, problem)


def _is_zero(size: str | None) -> bool:
    return size is not None and float(size) == 0


def _column(reference: str) -> int:
    """Return the number of the column, from 0, of a reference such as «AB12»."""
    if len(reference) > _LONGEST_REFERENCE:
        raise NotATable
    number = 0
    for letter in reference.rstrip("0123456789"):
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1
