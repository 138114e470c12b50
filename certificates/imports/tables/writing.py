import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE


def write_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return an XLSX in which every cell is text, so that a spreadsheet runs no formula in it."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    for row in (header, *rows):
        cells = []
        for value in row:
            # XML 1.0 has no control characters, and openpyxl raises an error on them.
            cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", value))
            # openpyxl would take text that begins with «=» for a formula (CSV injection, as OWASP
            # names it).
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()
