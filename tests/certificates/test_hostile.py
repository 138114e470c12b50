"""Hostile and accidental input is treated as data and rejected with a readable error."""

import io
import zipfile
from itertools import product

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from certificates import rendering
from certificates.applications import previews
from certificates.fields import Field, FieldKind, fields_to_json
from certificates.form import reading
from certificates.imports import jobs
from certificates.issuing import document_data
from certificates.models import Application, Certificate, FormVersion, Import
from certificates.programmes import publish_form
from certificates.states import ImportProblem, ImportStatus, RowStatus
from core.errors import DomainError
from tests.support.cases import check_each
from tests.support.documents import design_of
from tests.support.tables import HEADER, row, xlsx

pytestmark = pytest.mark.django_db
FORM = "/programmes/publication/"
HTMX = {"hx-request": "true"}

MARKUP = [
    '#panic("x")',
    '#read("/etc/passwd")',
    '#import "/main.typ": *',
    "$ x^2 $ *b* _i_",
    "= Заголовок <метка> @ref",
    '"; #sys.inputs; "',
    "\\u{41} `raw` // /* */",
    "]]] #[ #{ }",
]
# Kinds that accept free text; the others validate a format and reject these values.
WORDED = [
    FieldKind.SURNAME,
    FieldKind.GIVEN_NAME,
    FieldKind.PATRONYMIC,
    FieldKind.FULL_NAME,
    FieldKind.LATIN_NAME,
    FieldKind.DATIVE_NAME,
    FieldKind.POSITION,
    FieldKind.INSTITUTION,
    FieldKind.TOWN,
    FieldKind.REGION,
    FieldKind.DEGREE,
    FieldKind.TITLE,
    FieldKind.TEXT,
]
SHAPED = [FieldKind.URL, FieldKind.EMAIL, FieldKind.DATE, FieldKind.NUMBER, FieldKind.CHOICE]
STRANGE = {
    "right to left": "\u202eаворП\u202c",
    "stacked accents": "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d",
    "emoji": "Мария 👩\u200d🏫",
    "flag": "🇷🇺",
    "long word": "Ы" * 300,
    "half a pair": "Мария\ud83d",
    "nul": "Ма\0рия",
    "a separator alone": "\x1f",
    "a box": "Мария\ufffd",
    "hieroglyphs": "汉字",
}


def of_kind(programme, kind, value):
    """An application whose one telling answer is of this kind."""
    fields = [Field("surname", FieldKind.SURNAME), Field("given_name", FieldKind.GIVEN_NAME)]
    field = Field("asked", kind, "Вопрос", "Question", choices=("да", "нет"))
    form = FormVersion(programme=programme, questions=fields_to_json([*fields, field]))
    answers = {"surname": "Иванова", "given_name": "Мария", "asked": value}
    if kind in {FieldKind.SURNAME, FieldKind.GIVEN_NAME}:
        answers[kind.value] = value
    return Application(programme=programme, form=form, answers=answers)


SHOWN = {
    FieldKind.SURNAME,
    FieldKind.GIVEN_NAME,
    FieldKind.TITLE,
    FieldKind.INSTITUTION,
    FieldKind.POSITION,
}


def test_markup_is_printed_literally(programme):
    def check(case):
        kind, text = case
        application = of_kind(programme, kind, text)
        data = document_data.of_application(application, application.programme.template.active)
        pdf = rendering.render(design_of(data), data)
        words = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
        printed = "".join(text.split()) in "".join(words.split())
        assert printed or kind not in SHOWN
        assert "root:" not in words

    check_each(product(WORDED, MARKUP), check)


def test_markup_is_neither_a_date_nor_an_address():
    def check(case):
        kind, text = case
        fields = [Field("asked", kind, choices=("да", "нет"))]
        assert reading.read(fields, {"asked": text}).errors

    check_each(product(SHAPED, MARKUP), check)


def test_strange_text_is_printed_or_has_an_error(programme):
    def check(case):
        kind, text = case
        application = of_kind(programme, kind, reading.storable(text))
        fields = application.form.fields
        errors = reading.read(fields, application.answers).errors
        fault = previews.fault(application)
        for message in [error.message for each in errors.values() for error in each]:
            assert len(str(message)) > 10
        assert errors or fault is None or isinstance(fault, DomainError)

    check_each(product(WORDED, STRANGE.values()), check)


def test_preview_is_drawn_of_unfinished_answers(programme):
    def check(case):
        fault = previews.fault(of_kind(programme, *case))
        assert fault is None or "characters" in fault.extra

    texts = ["вчера", "31.02.2026", "2026-13-40", "1e999", "́", "..", "0"]
    check_each(product([*WORDED, *SHAPED], texts), check)


@given(st.sampled_from([*WORDED, *SHAPED]), st.text(max_size=60))
@settings(max_examples=60)
def test_no_text_breaks_the_form(kind, text):
    fields = [Field("asked", kind, choices=("да", "нет"))]
    checked = reading.read(fields, {"asked": reading.storable(text)})
    again = reading.read(fields, checked.answers)
    assert again.answers == checked.answers


@pytest.fixture
def every_kind(programme, registrar):
    fields = programme.forms.newest().fields
    more = [
        Field(f"a_{kind.value}", kind, kind.value, choices=("да", "нет"), required=False)
        for kind in FieldKind
        if kind not in {FieldKind.CONSENT, FieldKind.FILE}
    ]
    publish_form(programme=programme, fields=[*fields, *more], actor=registrar)
    return [field.key for field in more]


SENDABLE = [text for text in STRANGE.values() if text.isprintable() or "\u202e" in text]


@pytest.mark.parametrize("text", [*MARKUP[:2], *SENDABLE], ids=ascii)
def test_page_keeps_an_answer_with_an_error(page, every_kind, answers, text):
    sent = answers | dict.fromkeys(every_kind, f"Урок {text}")
    answer = page.post(FORM, sent)
    assert answer.status_code == 422
    stored = Application.objects.get().answers
    assert [key for key in every_kind if "урок" not in stored[key].casefold()] == []
    assert page.get(FORM).status_code == 200


def test_ten_megabytes_of_text_are_refused_with_a_message(page, filled):
    answer = page.post(FORM, {"application": filled.pk, "title": "а" * 10_000_000}, headers=HTMX)
    assert answer.status_code == 413
    assert "больше, чем мы принимаем" in answer.content.decode()
    filled.refresh_from_db()
    assert filled.answers["title"] == "Развитие речи младших школьников"


@pytest.fixture
def desk(registrar, sign_in):
    return sign_in(registrar)


@pytest.fixture
def upload(desk, programme, deliver):
    def run(name, content):
        table = SimpleUploadedFile(name, content)
        desk.post("/registrar/imports/", {"programme": programme.pk, "table": table})
        deliver()
        return Import.objects.first()

    return run


def with_sheet(sheet):
    """A workbook whose only sheet is the given XML."""
    book = Workbook()
    book.active.append(HEADER)
    plain, hostile = io.BytesIO(), io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as before, zipfile.ZipFile(hostile, "w") as after:
        for name in before.namelist():
            content = sheet if name == "xl/worksheets/sheet1.xml" else before.read(name)
            after.writestr(name, content)
    return hostile.getvalue()


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    '<row r="1"><c r="A1" t="inlineStr"><is><t>Фамилия</t></is></c></row>'
    '<row r="2"><c r="A2" t="inlineStr"><is><t>&x;</t></is></c></row></sheetData></worksheet>'
)
LAUGHS = "".join(
    f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' if at else '<!ENTITY l0 "ha">' for at in range(10)
)
ENTITIES = {
    "a file": '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    "laughs": f'<!DOCTYPE w [{LAUGHS}<!ENTITY x "&l9;">]>',
}


@pytest.mark.parametrize("entity", ENTITIES.values(), ids=ENTITIES)
def test_xml_entities_in_a_sheet_are_not_expanded(upload, entity):
    source = upload("a.xlsx", with_sheet(f'<?xml version="1.0"?>{entity}{SHEET}'))
    cells = [cell for row in source.rows.all() for cell in row.cells]
    assert source.status in {ImportStatus.FAILED, ImportStatus.CHECKED}
    assert not any("root:" in cell or "haha" in cell for cell in cells)


def test_more_rows_than_allowed_are_refused(upload):
    lines = "\n".join([";".join(HEADER), *(["Иванова;Мария"] * 20_001)])
    source = upload("a.csv", lines.encode())
    assert source.status == ImportStatus.FAILED
    assert source.problem == ImportProblem.TOO_MANY_ROWS


def test_row_of_a_million_cells_is_truncated(upload):
    source = upload("a.csv", f"{';'.join(HEADER)}\nИванова{';' * 1_000_000}".encode())
    assert len(source.rows.get().cells) <= 60


@pytest.mark.parametrize("content", [b"\0" * 1000, b"PK\x05\x06" + b"\0" * 18, b"\xff\xfe" * 500])
def test_file_that_is_no_table_is_reported(upload, content):
    for name in ("a.csv", "a.xlsx"):
        assert upload(name, content + name.encode()).status == ImportStatus.FAILED


def test_a_formula_is_not_computed(upload):
    book = Workbook()
    book.active.append(HEADER)
    book.active.append(["=1+1", '=HYPERLINK("http://x")', *row()[2:]])
    buffer = io.BytesIO()
    book.save(buffer)
    source = upload("a.xlsx", buffer.getvalue())
    assert source.rows.get().status == RowStatus.FAULTY
    assert source.rows.get().answers["surname"] == ""


def test_text_like_a_formula_stays_text(upload):
    source = upload("a.xlsx", xlsx(row("=cmd|' /C calc'!A0")).read())
    assert source.rows.get().status == RowStatus.DOUBTFUL
    assert source.rows.get().answers["surname"] == "=cmd|' /C calc'!A0"


def test_no_holder_name_escapes_the_archive(desk, upload, deliver):
    source = upload("a.xlsx", xlsx(row("../../../etc/passwd")).read())
    desk.post(f"/registrar/imports/{source.pk}/run/", {"with_doubtful": "yes"})
    deliver()
    name = jobs._name_in_archive(Certificate.objects.get())
    assert "/" not in name
    assert "\\" not in name
