"""Ten files of each kind that people upload, by different programs, to be mutated."""

import io
import subprocess
from collections.abc import Callable
from datetime import date, datetime

import pikepdf
import pypdfium2
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Font
from PIL import Image
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject

from certificates.imports.tables import write_table
from certificates.rendering import render
from tests.support.documents import design_of, sample
from tests.support.paths import DATA
from tests.support.tables import HEADER, row


def pdfs(issued: bytes, foreign: bytes) -> dict[str, bytes]:
    """`issued` is in the register, `foreign` is sealed with a key that it does not know."""
    longest = sample("longest_participation")
    scan = io.BytesIO()
    _picture(issued).save(scan, "PDF")
    return {
        "issued": issued,
        "foreign": foreign,
        "gost": (DATA / "gost_sealed.pdf").read_bytes(),
        "unsealed": render(design_of(longest), longest),
        "linearized": _saved(issued, linearize=True),
        "unpacked": _saved(
            issued, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable
        ),
        "encrypted": _saved(issued, encryption=pikepdf.Encryption(owner="owner", user="", R=6)),
        "with a page": _with_page(issued),
        "scan": scan.getvalue(),
        "cairo": _by_cairo(issued),
    }


def _saved(pdf: bytes, **options: object) -> bytes:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(output, **options)
    return output.getvalue()


def _with_page(pdf: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    contents = writer.add_object(StreamObject(stream_data=b""))
    writer.insert_page(PageObject(contents=contents, media_box=(0, 0, 100, 100)))
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def _by_cairo(pdf: bytes) -> bytes:
    done = subprocess.run(
        ["pdftocairo", "-pdf", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return done.stdout


def _picture(pdf: bytes) -> Image.Image:
    return pypdfium2.PdfDocument(pdf)[0].render(scale=0.4).to_pil().convert("RGB")


def workbooks() -> dict[str, bytes]:
    rows = [row(), row("Петрова", "p@example.org"), row("Сидорова", title="Дроби без слёз")]
    return {
        "libreoffice": (DATA / "tables/book.xlsx").read_bytes(),
        "opendocument": (DATA / "tables/book.ods").read_bytes(),
        "password": (DATA / "tables/password.ods").read_bytes(),
        "ours": write_table(HEADER, rows),
        "formats": _workbook(_with_formats),
        "formulas": _workbook(_with_formulas),
        "merged": _workbook(_with_merged_cells),
        "sheets": _workbook(_with_sheets),
        "wide": _workbook(_wide),
        "chart": _workbook(_with_chart),
    }


def _workbook(fill: Callable[[Workbook], None]) -> bytes:
    workbook = Workbook()
    workbook.active.append(HEADER)
    for surname in ("Иванова", "Петрова", "Сидорова"):
        workbook.active.append(row(surname))
    fill(workbook)
    output = io.BytesIO()
    workbook.save(output)
    return output.getvalue()


def _with_formats(workbook: Workbook) -> None:
    sheet = workbook.active
    formats = ["DD.MM.YYYY", "0.00%", "0000", "# ?/?", '"№ "0', "[h]:mm", "General"]
    values = [date(2026, 3, 31), 0.5, 7, 1.25, 12, 1.1, datetime(2026, 1, 1, 9, 5)]  # noqa: DTZ001
    for at, (code, value) in enumerate(zip(formats, values, strict=True), start=1):
        cell = sheet.cell(5, at, value)
        cell.number_format, cell.font = code, Font(bold=True)
    sheet.column_dimensions["H"].hidden = True
    sheet.row_dimensions[3].hidden = True


def _with_formulas(workbook: Workbook) -> None:
    sheet = workbook.active
    sheet["A5"], sheet["B5"], sheet["C5"] = '=A2&" "&B2', "=1/0", "=SUM(A1:Z9999)"


def _with_merged_cells(workbook: Workbook) -> None:
    workbook.active.merge_cells("E2:E4")
    workbook.active.merge_cells("A5:H5")
    workbook.active["A6"].hyperlink = "https://vesti.example/"


def _with_sheets(workbook: Workbook) -> None:
    for title in ("Инструкция", "Прошлый год", "Пусто"):
        workbook.create_sheet(title).append(HEADER)
    workbook["Прошлый год"].sheet_state = "hidden"
    workbook.active = 1


def _wide(workbook: Workbook) -> None:
    workbook.active.append([f"столбец {number}" for number in range(80)])
    for number in range(100):
        workbook.active.append(row(f"Фамилия-{number}"))


def _with_chart(workbook: Workbook) -> None:
    chart = BarChart()
    chart.add_data(Reference(workbook.active, min_col=1, min_row=1, max_row=3))
    workbook.active.add_chart(chart, "J2")


def tables_of_text() -> dict[str, bytes]:
    folder = DATA / "tables"
    lines = [HEADER, *(row(name) for name in ("Иванова", "Петрова", "Сидорова"))]
    tabs = "\n".join("\t".join(line) for line in lines)
    quoted = "\r\n".join(";".join(f'"{cell}\n"""' for cell in line) for line in lines)
    return {
        **{
            name: (folder / f"plain-{name}.csv").read_bytes()
            for name in ("utf8", "utf8-bom", "utf16", "cp1251", "cp866")
        },
        "tabs": tabs.encode("koi8-r", errors="replace"),
        "quoted": quoted.encode(),
        "separator named": ("sep=|\n" + tabs.replace("\t", "|")).encode("cp1251"),
        "old mac": tabs.replace("\n", "\r").encode("mac-cyrillic"),
        "long": ("\n".join([tabs] * 200)).replace("\t", ",").encode("utf-16-be"),
    }


def images(page: bytes) -> dict[str, bytes]:
    picture = _picture(page)
    turned = Image.Exif()
    turned[0x0112] = 6
    grey, palette = picture.convert("L"), picture.quantize(16)
    clear = picture.convert("RGBA")
    clear.putalpha(grey)
    deep = grey.convert("I").point(lambda level: level * 257).convert("I;16")
    return {
        "rgb": _encoded(picture, "PNG"),
        "palette": _encoded(palette, "PNG", transparency=3),
        "deep": _encoded(deep, "PNG"),
        "animated": _encoded(clear, "PNG", save_all=True, append_images=[clear.rotate(9)]),
        "photo": _encoded(picture, "JPEG", exif=turned),
        "progressive": _encoded(picture, "JPEG", progressive=True, icc_profile=b"profile" * 40),
        "print": _encoded(picture.convert("CMYK"), "JPEG"),
        "lossy": _encoded(picture, "WEBP"),
        "lossless": _encoded(clear, "WEBP", lossless=True),
        "moving": _encoded(clear, "WEBP", save_all=True, append_images=[clear.rotate(9)]),
    }


def _encoded(image: Image.Image, form: str, **options: object) -> bytes:
    output = io.BytesIO()
    image.save(output, form, **options)
    return output.getvalue()
