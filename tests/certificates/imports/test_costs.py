"""What reading a hostile table costs: a second of processor time, or a refusal with a sentence."""

import io
import resource
import zipfile

import pytest
from openpyxl import Workbook

from certificates.imports.readers import limits
from certificates.imports.tables import UnreadableTable, read_table
from certificates.states import ImportProblem

# Seconds of processor time of the child: two for a busy machine, and more for the largest refused.
MOST = 2.5
MILLION = 1_000_000
LAST_ROW = 1_048_576


def problem_of(path):
    """Return why the table is refused, and what reading it has cost."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    problem = None
    try:
        read_table(path)
    except UnreadableTable as error:
        problem = error.problem
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return problem, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def refused(path, *problems):
    problem, seconds = problem_of(path)
    assert problem in problems
    assert seconds < MOST


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("\n" * 2 * MILLION, ImportProblem.NO_ROWS),
        ("\r\n" * MILLION, ImportProblem.NO_ROWS),
        (";\n" * MILLION, ImportProblem.NO_ROWS),
        (" \n" * MILLION, ImportProblem.NO_ROWS),
        (" " * 2 * MILLION, ImportProblem.NO_ROWS),
        (";" * 2 * MILLION, ImportProblem.NO_ROWS),
        ("a;" * MILLION, ImportProblem.NO_ROWS),
        ('"' * 2 * MILLION, ImportProblem.NO_ROWS),
        ('"";' * (2 * MILLION // 3), ImportProblem.NO_ROWS),
        ('"x;' * (2 * MILLION // 3), ImportProblem.NO_ROWS),
        ("a\n" * MILLION, ImportProblem.TOO_MANY_ROWS),
        ("\n" * 2 * MILLION + "a;b\nc;d\n", None),
    ],
    ids=lambda value: repr(value[:4]) if isinstance(value, str) else "",
)
def test_two_megabytes_of_text(text, problem, tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(text, newline="")
    refused(path, problem)


def xlsx(path, rows, *, sheets=1, after=""):
    """Write a workbook whose first sheet has this XML of rows."""
    plain = io.BytesIO()
    workbook = Workbook()
    for number in range(1, sheets):
        workbook.create_sheet(f"Лист {number}")
    workbook.save(plain)
    with (
        zipfile.ZipFile(plain) as before,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as written,
    ):
        for name in before.namelist():
            content = before.read(name)
            if name == "xl/worksheets/sheet1.xml":
                beginning, _tag, end = content.partition(b"<sheetData></sheetData>")
                data = f"<sheetData>{rows}</sheetData>{after}".encode()
                content = beginning + data + end
            written.writestr(name, content)
    return path


def cell(reference, text="a"):
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def row(number, *cells):
    return f'<row r="{number}">{"".join(cells)}</row>'


BEGINNING = row(1, cell("A1")) + row(2, cell("A2"))


@pytest.mark.parametrize(
    ("rows", "after", "problems"),
    [
        (BEGINNING + "<row/>" * MILLION, "", [None]),
        (BEGINNING + '<row><c s="1"/></row>' * MILLION, "", [None]),
        (BEGINNING + row(3, "<c/>" * MILLION), "", [None]),
        (
            BEGINNING + "<row/>" * MILLION + row(LAST_ROW, cell(f"A{LAST_ROW}")),
            "",
            [None, ImportProblem.TOO_LARGE],
        ),
        (BEGINNING + row(LAST_ROW, cell(f"A{LAST_ROW}")), "", [None]),
        (BEGINNING + row(LAST_ROW, cell(f"XFD{LAST_ROW}")), "", [ImportProblem.TOO_LARGE]),
        (
            BEGINNING + row(LAST_ROW, cell(f"A{LAST_ROW}")),
            f'<mergeCells>{f"""<mergeCell ref="A2:A{LAST_ROW}"/>""" * 1_000}</mergeCells>',
            [ImportProblem.TOO_LARGE],
        ),
        (
            BEGINNING + row(3, "<c/>" * 4 * MILLION) + row(4, cell("A4")),
            "",
            [ImportProblem.TOO_LARGE],
        ),
        (" " * limits.MOST_UNPACKED + BEGINNING, "", [ImportProblem.TOO_LARGE]),
    ],
    ids=[
        "empty rows",
        "empty cells with a style",
        "empty cells of a row",
        "empty rows between two",
        "a gap",
        "a gap both ways",
        "merged cells",
        "too many elements",
        "too many bytes",
    ],
)
def test_a_workbook_of_nearly_nothing(rows, after, problems, tmp_path):
    refused(xlsx(tmp_path / "table.xlsx", rows, after=after), *problems)


def test_a_workbook_of_many_sheets(tmp_path):
    refused(xlsx(tmp_path / "table.xlsx", BEGINNING, sheets=2_000), None)


def test_a_package_of_very_many_parts_is_refused_before_they_are_listed(tmp_path):
    path = tmp_path / "table.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(20_000):
            archive.writestr(f"xl/{number}", "")
    refused(path, ImportProblem.TOO_LARGE)


def ods(path, content):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        mime = "application/vnd.oasis.opendocument.spreadsheet"
        archive.writestr("mimetype", mime, zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", f"<spreadsheet>{content}</spreadsheet>")
    return path


def sheet(rows, name="Лист"):
    return f'<table name="{name}">{rows}</table>'


ODS_ROW = "<table-row><table-cell><p>a</p></table-cell></table-row>"
REPEATED = ODS_ROW.replace("<table-row>", f'<table-row number-rows-repeated="{MILLION}">')


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        (sheet(ODS_ROW * 2 + "<table-row/>" * MILLION), [None]),
        (sheet(ODS_ROW * 2 + f"<table-row>{'<table-cell/>' * MILLION}</table-row>"), [None]),
        (
            sheet(ODS_ROW * 2 + f'<table-row number-rows-repeated="{LAST_ROW}"/>' * 10 + ODS_ROW),
            [None],
        ),
        (sheet(REPEATED * 10_000), [ImportProblem.TOO_MANY_ROWS]),
        (
            sheet(
                ODS_ROW * 2
                + "<table-row>"
                + '<table-cell number-columns-repeated="16384"><p>a</p></table-cell>' * 100_000
                + "</table-row>"
            ),
            [None],
        ),
        (
            sheet(
                f"{ODS_ROW * 2}<table-row><table-cell><p>"
                + '<s c="40000"/>' * 100_000
                + "</p></table-cell></table-row>"
            ),
            [None],
        ),
        ("".join(sheet("", f"Лист {number}") for number in range(50_000)), [ImportProblem.NO_ROWS]),
        (sheet(ODS_ROW * 2 + "<table-row/>" * 4 * MILLION), [ImportProblem.TOO_LARGE]),
    ],
    ids=[
        "empty rows",
        "empty cells",
        "empty rows repeated",
        "rows repeated",
        "columns repeated",
        "spaces",
        "sheets",
        "too many elements",
    ],
)
def test_an_open_document_of_nearly_nothing(content, problems, tmp_path):
    refused(ods(tmp_path / "table.ods", content), *problems)
