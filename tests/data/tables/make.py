"""Make the tables of this folder with LibreOffice: XLSX, ODS, and CSV in five ways, and ODS with a
password.

Run it by hand where LibreOffice is installed (`soffice`); the tests read what it made. The sources
are written here as flat ODS, so that everything in them can be seen.
"""

import subprocess
import tempfile
from html import escape
from pathlib import Path

HERE = Path(__file__).parent
HEADER = ["Фамилия", "Имя", "Отчество", "Должность", "Место работы", "Название материала"]
HEADER += ["Ссылка на публикацию", "Электронная почта"]
LINK = "https://vesti.example/1/"
SCHOOL = "МБОУ «Школа № 5»"
# Charsets by the numbers of LibreOffice, see its "Filter Options for CSV Export".
CHARSETS = {"utf8": 76, "utf16": 65535, "cp1251": 34, "cp866": 30}

DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document office:version="1.3"
  office:mimetype="application/vnd.oasis.opendocument.spreadsheet"
  xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
  xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
  xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
  xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"
  xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2"
  xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:automatic-styles>
  <style:style style:name="shown" style:family="table">
    <style:table-properties table:display="true"/></style:style>
  <style:style style:name="hidden" style:family="table">
    <style:table-properties table:display="false"/></style:style>
  <number:number-style style:name="N1">
    <number:number number:min-integer-digits="4" number:decimal-places="0"/></number:number-style>
  <number:percentage-style style:name="N2">
    <number:number number:min-integer-digits="1" number:decimal-places="0"/>
    <number:text>%</number:text></number:percentage-style>
  <number:time-style style:name="N3"><number:hours number:style="long"/>
    <number:text>:</number:text><number:minutes number:style="long"/></number:time-style>
  <number:boolean-style style:name="N4"><number:boolean/></number:boolean-style>
  <number:number-style style:name="N5"><number:text>№ </number:text>
    <number:number number:min-integer-digits="1" number:decimal-places="0"/></number:number-style>
  <number:date-style style:name="N6"><number:day number:style="long"/>
    <number:text>.</number:text><number:month number:style="long"/>
    <number:text>.</number:text><number:year/></number:date-style>
  {styles}
</office:automatic-styles>
<office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body>
</office:document>
"""
STYLES = "".join(
    f'<style:style style:name="c{at}" style:family="table-cell" style:data-style-name="N{at}"/>'
    for at in range(1, 7)
)


def text(value: str, attributes: str = "") -> str:
    paragraph = f"<text:p>{escape(value)}</text:p>" if value else ""
    kind = 'office:value-type="string"' if value else ""
    return f"<table:table-cell {kind} {attributes}>{paragraph}</table:table-cell>"


def value(kind: str, given: str, style: int) -> str:
    name = {"float": "value", "percentage": "value"}.get(kind, f"{kind}-value")
    return (
        f'<table:table-cell table:style-name="c{style}" office:value-type="{kind}" '
        f'office:{name}="{given}"/>'
    )


def row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def person(
    surname: str, title: str = "", school: str = "", *, note: str = "", attributes: str = ""
) -> str:
    """A row; `title` and `school` are texts, or cells where they begin with a tag."""
    cells = [surname, "Мария", "Петровна", "учитель", school or SCHOOL]
    cells += [title or "Развитие речи", LINK, "", note]
    return row(
        *(cell if cell.startswith("<") else text(cell) for cell in cells), attributes=attributes
    )


def sheet(name: str, rows: str, *, style: str = "shown", hidden_column: int = 0) -> str:
    columns = f'<table:table-column table:number-columns-repeated="{hidden_column or 9}"/>'
    if hidden_column:
        columns += '<table:table-column table:visibility="collapse"/>'
    return (
        f'<table:table table:name="{name}" table:style-name="{style}">{columns}{rows}</table:table>'
    )


def people() -> str:
    merged_title = text("Список участников", 'table:number-columns-spanned="8"')
    merged_school = text("Лицей № 2", 'table:number-rows-spanned="2"')
    error = (
        '<table:table-cell table:formula="of:=NA()" office:value-type="float" office:value="0"/>'
    )
    return "".join(
        [
            row(merged_title, '<table:covered-table-cell table:number-columns-repeated="7"/>'),
            row(text("")),
            row(*map(text, [*HEADER, "Заметки"])),
            person("Аистова", note="Заплатила"),
            row(text("")),
            person("Непрошедшая", attributes='table:visibility="filter"'),
            person("Скрытая", attributes='table:visibility="collapse"'),
            person("Берёзова", school=merged_school),
            person("Ветрова", school="<table:covered-table-cell/>"),
            person("Гуляева", value("float", "7", 1)),
            person("Дроздова", value("percentage", "0.5", 2)),
            person("Ежова", value("time", "PT09H05M00S", 3)),
            person("Жукова", value("boolean", "true", 4)),
            person("Зайцева", value("float", "7", 5)),
            person("Ильина", value("date", "2026-03-31", 6)),
            person("Котова", error),
        ]
    )


def write(folder: Path, name: str, sheets: str) -> Path:
    source = folder / f"{name}.fods"
    source.write_text(DOCUMENT.format(sheets=sheets, styles=STYLES))
    return source


def convert(source: Path, kind: str, folder: Path) -> Path:
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(folder)]
    subprocess.run([*command, str(source)], check=True)
    return source.with_suffix("." + kind.partition(":")[0])


MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1"
  script:language="StarBasic">
Sub Protect(source As String, target As String)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden" : hidden(0).Value = True
  Dim book As Object
  book = StarDesktop.loadComponentFromURL(source, "_blank", 0, hidden())
  Dim options(1) As New com.sun.star.beans.PropertyValue
  options(0).Name = "FilterName" : options(0).Value = "calc8"
  options(1).Name = "Password" : options(1).Value = "secret"
  book.storeToURL(target, options())
  book.close(True)
End Sub
</script:module>
"""
LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard"
  library:readonly="false" library:passwordprotected="false">
  <library:element library:name="Module1"/></library:library>
"""
LIBRARIES = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:libraries PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "libraries.dtd">
<library:libraries xmlns:library="http://openoffice.org/2000/library"
  xmlns:xlink="http://www.w3.org/1999/xlink"><library:library library:name="Standard"
  xlink:href="$(USER)/basic/Standard/script.xlb/" xlink:type="simple" library:link="false"/>
</library:libraries>
"""


def protect(book: Path, folder: Path) -> Path:
    """Save a workbook with a password. The command line cannot: a macro does it."""
    library = folder / "profile/user/basic/Standard"
    library.mkdir(parents=True, exist_ok=True)
    (library / "Module1.xba").write_text(MACRO)
    (library / "script.xlb").write_text(LIBRARY)
    (library.parent / "script.xlc").write_text(LIBRARIES)
    target = folder / "password.ods"
    call = f'macro:///Standard.Module1.Protect("{book.as_uri()}","{target.as_uri()}")'
    profile = f"-env:UserInstallation=file://{folder}/profile"
    subprocess.run(["soffice", profile, "--headless", "--norestore", call], check=True)
    return target


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        old = row(*map(text, HEADER)) + person("Прошлогодняя")
        book = write(
            folder,
            "book",
            sheet("Участники", people(), hidden_column=8)
            + sheet("Инструкция", row(text("Заполните лист «Участники»")))
            + sheet("Прошлый год", old, style="hidden"),
        )
        for kind in ("xlsx", "ods"):
            (HERE / f"book.{kind}").write_bytes(convert(book, kind, folder).read_bytes())
        (HERE / "password.ods").write_bytes(protect(folder / "book.ods", folder).read_bytes())
        # A comma, a semicolon and quotes within cells.
        careful = person("Аистова", "Чтение, письмо; счёт")
        careful += person("Берёзова", '«Игра» и "роль"') + person("Ветрова", "Сказка")
        plain = write(folder, "plain", sheet("Лист", row(*map(text, HEADER)) + careful))
        for charset, number in CHARSETS.items():
            kind = f"csv:Text - txt - csv (StarCalc):59,34,{number},1"
            (HERE / f"plain-{charset}.csv").write_bytes(convert(plain, kind, folder).read_bytes())
        # Excel writes the mark, LibreOffice does not.
        marked = b"\xef\xbb\xbf" + (HERE / "plain-utf8.csv").read_bytes()
        (HERE / "plain-utf8-bom.csv").write_bytes(marked)


if __name__ == "__main__":
    main()
