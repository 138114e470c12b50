import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE


def write_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """An XLSX in which every cell is text: what looks like a formula stays what was typed."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    for row in (header, *rows):
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", value))
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()
