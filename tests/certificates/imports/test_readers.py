"""Tables as programs and people save them; the files in tests/data/tables are LibreOffice's."""

import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from certificates.imports.readers import delimited, limits, opendocument, workbooks
from certificates.imports.readers.contents import CellProblem, NotATable
from certificates.imports.tables import UnreadableTable, read_table
from certificates.states import ImportProblem
from tests.support.dying_children import dying_environment

DATA = Path("tests/data/tables")


@pytest.fixture
def csv(tmp_path):
    """Read a CSV with this content, as bytes or as text in UTF-8."""

    def run(content):
        path = tmp_path / "table.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        contents = delimited.read(path)
        return contents.about, list(contents.lines)

    return run


@pytest.fixture
def book(tmp_path):
    """Read a workbook that a function has filled in."""

    def run(fill, sheet=""):
        workbook = Workbook()
        fill(workbook)
        path = tmp_path / "table.xlsx"
        workbook.save(path)
        contents = workbooks.read(path, sheet)
        return contents.about, list(contents.lines)

    return run


def texts(lines):
    return [line.cells for line in lines]


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_workbook_of_libreoffice_is_read_as_it_looks(kind):
    table = read_table(DATA / f"book.{kind}")
    assert table.about.sheet == "Участники"
    assert (table.about.sheets, table.about.hidden_sheets) == (["Инструкция"], ["Прошлый год"])
    assert table.about.hidden_columns == [8]
    surnames = {line.number: line.cells[0] for line in table.lines}
    assert (surnames[1], surnames[3], surnames[4]) == ("Список участников", "Фамилия", "Аистова")
    hidden = [line.cells[0] for line in table.lines if line.is_hidden]
    assert hidden == ["Непрошедшая", "Скрытая"]
    # One cell merged over two rows.
    assert [line.cells[4] for line in table.lines if line.number in {8, 9}] == ["Лицей № 2"] * 2
    titles = {line.number: line.cells[5] for line in table.lines}
    assert [titles[at] for at in range(10, 13)] == ["0007", "50%", "09:05"]
    assert [titles[at] for at in range(14, 16)] == ["№ 7", "31.03.2026"]
    problems = {line.number: line.problems for line in table.lines if line.problems}
    assert problems == {13: {5: CellProblem.LOGICAL}, 16: {5: CellProblem.ERROR}}


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_another_sheet_can_be_read(kind):
    reader = {"xlsx": workbooks, "ods": opendocument}[kind]
    contents = reader.read(DATA / f"book.{kind}", "Инструкция")
    assert texts(contents.lines)[0][0] == "Заполните лист «Участники»"
    assert contents.about.sheets == ["Участники"]


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_hidden_sheet_is_not_read_even_if_asked_for(kind):
    reader = {"xlsx": workbooks, "ods": opendocument}[kind]
    assert reader.read(DATA / f"book.{kind}", "Прошлый год").about.sheet == "Участники"


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("utf8", "utf-8"),
        ("utf8-bom", "utf-8"),
        ("utf16", "utf-16-le"),
        ("cp1251", "cp1251"),
    ],
)
def test_a_csv_of_libreoffice_is_read_in_every_encoding(name, encoding):
    table = read_table(DATA / f"plain-{name}.csv")
    assert table.about.encoding == encoding
    assert [line.number for line in table.lines] == [1, 2, 3, 4]
    assert table.lines[0].cells[0] == "Фамилия"
    titles = [line.cells[5] for line in table.lines[1:]]
    assert titles == ["Чтение, письмо; счёт", '«Игра» и "роль"', "Сказка"]


RUSSIAN = "Фамилия;Имя\r\nИванова;Мария Петровна\r\nЦОЙ;АННА ИГОРЕВНА\r\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-16-le", "utf-16-be", "cp1251", "cp866", "koi8-r", "mac-cyrillic"]
)
def test_the_encoding_is_found_without_a_mark(csv, encoding):
    about, lines = csv(RUSSIAN.encode(encoding))
    assert about.encoding == encoding
    assert texts(lines)[2] == ["ЦОЙ", "АННА ИГОРЕВНА"]


def test_cp866_is_found_in_a_file_of_libreoffice():
    assert read_table(DATA / "plain-cp866.csv").about.encoding == "cp866"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_utf_16_is_read_by_its_mark(csv, encoding):
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    about, lines = csv((mark + RUSSIAN.replace(";", "\t")).encode(encoding))
    assert about.encoding.startswith("utf-16")
    assert texts(lines)[1] == ["Иванова", "Мария Петровна"]


@pytest.mark.parametrize("cut", [b"\xd0", b"\xd1", b"\x98", b"\xff"])
def test_a_broken_byte_does_not_turn_the_file_into_another_alphabet(csv, cut):
    head = "surname;name\nСоколова;Анна\nПетрова;Зоя".encode()
    about, lines = csv(head + cut + b"\n")
    assert (about.encoding, about.damaged) == ("utf-8", 1)
    assert about.damage == [(3, 1, "Зоя\ufffd")]
    assert texts(lines)[1:] == [["Соколова", "Анна"], ["Петрова", "Зоя\ufffd"]]


def test_a_byte_that_cp1251_does_not_have_is_damage_in_one_cell(csv):
    about, lines = csv(RUSSIAN.encode("cp1251") + b"\x98;x\r\n")
    assert (about.encoding, about.damaged) == ("cp1251", 1)
    assert texts(lines)[1] == ["Иванова", "Мария Петровна"]
    assert texts(lines)[-1] == ["\ufffd", "x"]


def test_the_places_of_the_first_broken_bytes_are_told(csv):
    rows = [f"{'А' * 50};Б{'В' * 50}".encode("cp1251").replace("Б".encode("cp1251"), b"\x98")]
    about, _lines = csv(b"surname;name\n\n" + b"\n".join(rows * 30))
    assert (about.damaged, len(about.damage)) == (30, 10)
    assert about.damage[0] == (3, 1, "\ufffd" + "В" * 20)


def test_nul_characters_are_dropped(csv):
    _about, lines = csv("Фами\0лия;Имя\r\nИва\0нова;Мария\r\n")
    assert texts(lines) == [["Фамилия", "Имя"], ["Иванова", "Мария"]]


@pytest.mark.parametrize("mark", ["\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\x1c", "\x1e"])
def test_only_line_ends_of_csv_end_a_row(csv, mark):
    _about, lines = csv(f"Имя;Название\r\nЗоя;Читаем сказки{mark}и пересказываем\r\n")
    assert texts(lines)[1:] == [["Зоя", f"Читаем сказки{mark}и пересказываем"]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_have_the_numbers_of_the_sheet(csv, end):
    rows = ["Имя;Название", "Зоя;Игра", "", ";", '"Две\nстроки";Игра', "Яна;Игра"]
    _about, lines = csv(end.join(rows))
    assert [line.number for line in lines if any(line.cells)] == [1, 2, 5, 6]


@pytest.mark.parametrize("line", ["sep=,\r\n", "SEP=,\n", '"sep=,"\r\n'])
def test_the_line_with_the_separator_is_obeyed_and_not_counted(csv, line):
    _about, lines = csv(line + "a;b,c;d\r\n1;2,3;4\r\n")
    assert [(one.number, one.cells) for one in lines] == [(1, ["a;b", "c;d"]), (2, ["1;2", "3;4"])]


def test_the_delimiter_is_judged_by_several_lines(csv):
    heading = "Имя;Должность, степень, звание, место, город, край, тел., почта;Название"
    _about, lines = csv(f"{heading}\nЗоя;учитель;Игра\nЯна;учитель, к. п. н.;Роль\n")
    assert texts(lines)[1:] == [["Зоя", "учитель", "Игра"], ["Яна", "учитель, к. п. н.", "Роль"]]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_every_usual_delimiter_is_found(csv, delimiter):
    rows = [["Имя", "Название"], ["Зоя", "Игра"], ["Яна", "Роль"]]
    assert texts(csv("\n".join(map(delimiter.join, rows)))[1]) == rows


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('"Ромашка" МБОУ', '"Ромашка" МБОУ'),
        ('МБОУ "Ромашка"', 'МБОУ "Ромашка"'),
        ('"Школа № 5', '"Школа № 5'),
        ('"МБОУ ""Ромашка"""', 'МБОУ "Ромашка"'),
        ('"Игра; роль"', "Игра; роль"),
        ('""', ""),
        ('"две\nстроки"', "две\nстроки"),
    ],
)
def test_quotation_marks_that_do_not_surround_a_cell_are_text(csv, cell, text):
    _about, lines = csv(f"Имя;Место;Название\nЗоя;{cell};Игра\nЯна;Школа;Роль\n")
    assert texts(lines)[1:] == [["Зоя", text, "Игра"], ["Яна", "Школа", "Роль"]]


def test_a_mark_that_is_never_closed_swallows_nobody(csv):
    # The mark that ends a cell three rows further down would close it.
    rows = ['Поглотина;Зоя;"Школа № 5;Игра', "Петрова;Яна;Школа;Роль", 'Цой;Ия;№ 6";Сказка']
    _about, lines = csv("\n".join(["Фамилия;Имя;Место;Название", *rows]))
    assert [line.cells[0] for line in lines[1:]] == ["Поглотина", "Петрова", "Цой"]


def test_hostile_quotation_marks_are_scanned_once(csv):
    # Quadratic work over four million characters would not end within the patience of anybody.
    _about, lines = csv("a;b\n" + '"x;' * 700_000 + "\n" + '"' * 2_000_000)
    assert lines[1].cells[:2] == ['"x', '"x']


def test_a_picture_called_csv_is_no_table(csv):
    with pytest.raises(NotATable):
        csv(b"\x89PNG\r\n\x1a\n" + bytes(range(1, 32)) * 100)


def test_the_sheet_that_a_spreadsheet_opens_with_is_read(book):
    def fill(workbook):
        first, second = workbook.active, workbook.create_sheet("Участники")
        first.title, first["A1"], second["A1"] = "Инструкция", "Как заполнять", "Фамилия"
        workbook.active = 1

    about, lines = book(fill)
    assert (about.sheet, about.sheets) == ("Участники", ["Инструкция"])
    assert texts(lines) == [["Фамилия"]]


def test_a_hidden_first_sheet_is_not_read(book):
    def fill(workbook):
        workbook.active.title, workbook.active["A1"] = "Прошлый год", "Прошлогодняя"
        workbook.active.sheet_state = "veryHidden"
        workbook.create_sheet("Участники")["A1"] = "Новая"

    about, lines = book(fill)
    assert (about.sheet, about.hidden_sheets) == ("Участники", ["Прошлый год"])
    assert texts(lines) == [["Новая"]]


def test_filtered_rows_and_hidden_columns_are_told(book):
    def fill(workbook):
        sheet = workbook.active
        for row in (["Фамилия", "Имя", "Почта"], ["А", "Б", "В"], ["Г", "Д", "Е"]):
            sheet.append(row)
        sheet.auto_filter.ref = "A1:C3"
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["C"].hidden = True

    about, lines = book(fill)
    assert [line.is_hidden for line in lines] == [False, False, True]
    assert about.hidden_columns == [2]


def test_rows_without_height_and_columns_without_width_are_hidden(tmp_path):
    workbook = Workbook()
    for row in (["Фамилия", "Имя"], ["А", "Б"], ["В", "Г"]):
        workbook.active.append(row)
    # openpyxl writes no zeros.
    workbook.active.row_dimensions[2].height = workbook.active.column_dimensions["B"].width = 99
    workbook.save(tmp_path / "sized.xlsx")
    path = tmp_path / "table.xlsx"
    with zipfile.ZipFile(tmp_path / "sized.xlsx") as sized, zipfile.ZipFile(path, "w") as table:
        for name in sized.namelist():
            table.writestr(name, sized.read(name).replace(b'="99"', b'="0"'))
    contents = workbooks.read(path, "")
    assert [line.is_hidden for line in contents.lines] == [False, True, False]
    assert contents.about.hidden_columns == [1]


def test_rows_and_columns_that_begin_late_keep_their_places(book):
    def fill(workbook):
        workbook.active["C5"], workbook.active["C7"] = "Фамилия", 7
        workbook.active["C7"].number_format = "0000"
        workbook.active.row_dimensions[7].hidden = True

    _about, lines = book(fill)
    shown = [(line.number, line.cells, line.is_hidden) for line in lines if any(line.cells)]
    assert shown == [(5, ["", "", "Фамилия"], False), (7, ["", "", "0007"], True)]


@pytest.mark.parametrize(
    ("value", "number_format", "text", "problem"),
    [
        (True, "General", "TRUE", CellProblem.LOGICAL),
        (2026, "General", "2026", None),
        (7, "000000", "000007", None),
        (7, '"№ "000', "№ 007", None),
        (0.125, "0.0%", "12.5%", None),
        (1234, "#,##0", "1234", None),
        (0.1 + 0.2, "General", "0.3", None),
        (46000, "# ?/?", "46000", CellProblem.FORMAT),
        ("=1+1", "General", "", CellProblem.FORMULA),
    ],
)
def test_a_cell_is_read_as_it_is_shown(book, value, number_format, text, problem):
    def fill(workbook):
        workbook.active["A1"], workbook.active["B1"] = value, "x"
        workbook.active["A1"].number_format = number_format

    _about, [line] = book(fill)
    assert line.cells == [text, "x"]
    assert line.problems == ({0: problem} if problem else {})


def test_an_error_of_calculation_is_not_an_empty_cell(book):
    def fill(workbook):
        workbook.active["A1"], workbook.active["B1"] = "#N/A", "x"
        workbook.active["A1"].data_type = "e"

    assert book(fill)[1][0].problems == {0: CellProblem.ERROR}


def test_columns_that_are_not_read_are_told(tmp_path):
    workbook = Workbook()
    for row in (1, 2):
        for column in range(1, limits.MOST_COLUMNS + 2):
            workbook.active[f"{get_column_letter(column)}{row}"] = "x"
    workbook.save(tmp_path / "wide.xlsx")
    table = read_table(tmp_path / "wide.xlsx")
    assert table.about.has_more_columns
    assert {len(line.cells) for line in table.lines} == {limits.MOST_COLUMNS}


def test_a_text_that_every_cell_repeats_does_not_fill_the_memory(tmp_path):
    workbook, plain = Workbook(), io.BytesIO()
    workbook.active["A1"] = "ы" * 30_000
    workbook.save(plain)
    with zipfile.ZipFile(plain) as before, zipfile.ZipFile(tmp_path / "large.xlsx", "w") as after:
        for name in before.namelist():
            content = before.read(name)
            if name == "xl/worksheets/sheet1.xml":
                beginning, _tag, rest = content.partition(b"<sheetData>")
                row, _tag, end = rest.partition(b"</sheetData>")
                row = row.replace(b' r="1"', b"").replace(b' r="A1"', b"")
                content = b"<sheetData>".join([beginning, row * 1_200 + b"</sheetData>" + end])
            after.writestr(name, content)
    with pytest.raises(UnreadableTable) as refused:
        read_table(tmp_path / "large.xlsx")
    assert refused.value.problem == ImportProblem.TOO_LARGE


def test_a_workbook_renamed_to_csv_is_read(tmp_path):
    buffer, workbook = io.BytesIO(), Workbook()
    workbook.active.append(["Фамилия"])
    workbook.active.append(["Цой"])
    workbook.save(buffer)
    (tmp_path / "table.csv").write_bytes(buffer.getvalue())
    assert texts(read_table(tmp_path / "table.csv").lines) == [["Фамилия"], ["Цой"]]


def test_a_table_with_a_password_is_called_so(tmp_path):
    (tmp_path / "table.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000)
    with pytest.raises(UnreadableTable) as refused:
        read_table(tmp_path / "table.xlsx")
    assert refused.value.problem == ImportProblem.PROTECTED


def test_an_ods_with_a_password_is_called_so():
    with pytest.raises(UnreadableTable) as refused:
        read_table(DATA / "password.ods")
    assert refused.value.problem == ImportProblem.PROTECTED


def test_ods_whose_package_is_encrypted_as_a_whole_is_called_so(tmp_path):
    """LibreOffice saves it so since version 24.8."""
    path = tmp_path / "table.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("encrypted-package", b"\x9a" * 100)
        entry = '<manifest:file-entry manifest:full-path="encrypted-package">'
        entry += "<manifest:encryption-data/></manifest:file-entry>"
        archive.writestr("META-INF/manifest.xml", f"<manifest:manifest>{entry}</manifest:manifest>")
    with pytest.raises(UnreadableTable) as refused:
        read_table(path)
    assert refused.value.problem == ImportProblem.PROTECTED


@pytest.fixture
def ods(tmp_path):
    """Return the path of an ODS with this content."""

    def make(content):
        path = tmp_path / "table.ods"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            mime = "application/vnd.oasis.opendocument.spreadsheet"
            archive.writestr("mimetype", mime, zipfile.ZIP_STORED)
            archive.writestr("META-INF/manifest.xml", "<manifest/>")
            archive.writestr("content.xml", content)
        return path

    return make


def test_ods_with_a_document_type_is_refused(ods):
    with pytest.raises(UnreadableTable):
        read_table(ods('<!DOCTYPE x [<!ENTITY y "ha">]><x>&y;</x>'))


def rows_repeated(*counts):
    """Return a sheet with a row for each of these counts: how often it says to be repeated."""
    cell = "<table-cell><p>Слово</p></table-cell>"
    rows = "".join(
        f'<table-row number-rows-repeated="{count}">{cell if count < 3 else ""}</table-row>'
        for count in counts
    )
    return f'<spreadsheet><table name="Лист">{rows}</table></spreadsheet>'


def test_numbers_of_rows_never_go_back(ods):
    table = read_table(ods(rows_repeated(1, -5, 1, 0, 2)))
    assert [line.number for line in table.lines] == [1, 2, 3, 4, 5, 6]


def test_a_row_beyond_the_end_of_any_sheet_is_refused(ods):
    """The database could not store its number."""
    with pytest.raises(UnreadableTable) as refused:
        read_table(ods(rows_repeated(1, 10**12, 1)))
    assert refused.value.problem == ImportProblem.NOT_A_TABLE


def test_names_of_sheets_do_not_fill_the_memory(ods):
    sheets = "".join(f'<table name="{number}{"ы" * 30_000}"/>' for number in range(1200))
    rows = rows_repeated(1, 1).replace("</spreadsheet>", f"{sheets}</spreadsheet>")
    with pytest.raises(UnreadableTable) as refused:
        read_table(ods(rows))
    assert refused.value.problem == ImportProblem.TOO_LARGE


@pytest.mark.parametrize(
    ("end", "problem"),
    [
        ("os.kill(os.getpid(), 11)", ImportProblem.UNREADABLE),
        ("os.abort()", ImportProblem.UNREADABLE),
        ("os._exit(1)", ImportProblem.UNREADABLE),
        ("os.kill(os.getpid(), 9)", ImportProblem.TOO_LARGE),
    ],
)
def test_a_reader_that_dies_says_what_is_true(end, problem, monkeypatch, tmp_path):
    monkeypatch.setattr("core.children._ENVIRONMENT", dying_environment(tmp_path, end))
    path = tmp_path / "table.csv"
    path.write_text("a;b\nc;d")
    with pytest.raises(UnreadableTable) as refused:
        read_table(path)
    assert refused.value.problem == problem
