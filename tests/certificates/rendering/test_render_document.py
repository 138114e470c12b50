import dataclasses
import io
import json
import subprocess
import threading

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from certificates.fields import FieldKind
from certificates.rendering import DocumentData, DoesNotFit, UnprintableText, preview, render
from certificates.rendering.coverage import printable
from tests.support.documents import SAMPLES, design_of, sample

MARKUP = '#panic("x") *b* _i_ $x^2$ `raw` <label> @ref \\ // /* #sys.inputs = h'


def rendered(data, **options):
    return render(design_of(data), data, **options)


def page_of(pdf):
    return pypdfium2.PdfDocument(pdf)[0]


def words_of(pdf):
    """Return the page's text as one line, because a name may wrap."""
    return " ".join(page_of(pdf).get_textpage().get_text_range().split())


def with_line(data, kind, value):
    lines = (
        dataclasses.replace(line, value=value) if line.kind == kind else line for line in data.lines
    )
    return dataclasses.replace(data, lines=tuple(lines))


@pytest.fixture(params=SAMPLES, ids=lambda path: path.stem)
def data(request):
    return DocumentData.from_data(json.loads(request.param.read_text()))


def test_equal_data_give_equal_bytes(data):
    assert rendered(data) == rendered(data)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("participation", "Действует до 23 ноября 2029 г."),
        ("english_participation", "Valid until 23 November 2029"),
    ],
)
def test_page_shows_the_last_day_of_validity(name, words):
    endless = dataclasses.replace(sample(name), expires_on=None)
    assert words in words_of(rendered(sample(name)))
    assert words not in words_of(rendered(endless))


def test_page_shows_the_answers(data):
    words = words_of(rendered(data))
    for text in [data.holder, data.title, data.number, data.code, data.statement]:
        assert text in words
    for line in data.lines:
        if line.kind not in {FieldKind.URL, FieldKind.DATE}:
            assert line.value in words


def test_document_data_are_attached(data):
    with pikepdf.open(io.BytesIO(rendered(data))) as pdf:
        attached = pdf.attachments["certificate.json"]
        copy = json.loads(attached.get_file().read_bytes())
        assert attached.obj.AFRelationship == pikepdf.Name.Data
    assert DocumentData.from_data(copy) == data


def copied(pdf, tmp_path):
    """Return the text of the page as poppler and PDFium copy it, each in one line."""
    (tmp_path / "page.pdf").write_bytes(pdf)
    poppler = subprocess.run(
        ["pdftotext", tmp_path / "page.pdf", "-"], capture_output=True, text=True, check=True
    )
    return [" ".join(poppler.stdout.split()), words_of(pdf)]


def test_name_of_the_publication_is_copied_as_words(data, tmp_path):
    for text in copied(rendered(data), tmp_path):
        assert data.publication.name.upper() in text


def test_stress_marks_are_copied_with_their_letters(tmp_path):
    title = "За\u0301мок или замо\u0301к: ударе\u0301ние в кла\u0301ссе"
    for name in ("publication", "participation"):
        data = with_line(sample(name), FieldKind.TITLE, title)
        of_poppler, of_pdfium = copied(rendered(data), tmp_path)
        assert title in of_poppler
        # PDFium takes the place of some marks for a space.
        assert title.replace(" ", "") in of_pdfium.replace(" ", "")


@pytest.mark.parametrize("name", ["Nguyễn Thị Hồng Ánh", "Παπαδόπουλος Γιώργος", "Đặng Phương"])
def test_vietnamese_and_greek_names_are_printed(name, tmp_path):
    for template in ("publication", "participation"):
        data = dataclasses.replace(sample(template), holder=name)
        for text in copied(rendered(data), tmp_path):
            assert name in text


@pytest.mark.parametrize("template", ["publication", "participation"])
def test_name_in_the_dative_words_the_document(template):
    data = dataclasses.replace(
        sample(template), holder_dative="Семёновой Анне Ильиничне", pronoun="она"
    )
    words = words_of(rendered(data))
    assert "выдан Семёновой Анне Ильиничне" in words
    assert f"в подтверждение того, что она {data.statement}" in words
    assert data.holder not in words


def test_english_document_has_no_dative():
    data = dataclasses.replace(sample("english"), holder_dative="Семёновой Анне Ильиничне")
    assert "Семёновой" not in words_of(rendered(data))


def test_document_has_metadata_and_a_title(data):
    with pikepdf.open(io.BytesIO(rendered(data))) as pdf:
        declared = pdf.open_metadata()
        assert (declared["pdfaid:part"], declared["pdfaid:conformance"]) == ("3", "A")
        assert declared["pdfuaid:part"] == "1"
        assert data.holder in declared["dc:title"]
        assert pdf.Root.Lang == data.language
        assert len(pdf.pages) == 1


def test_qr_code_scans_to_the_verification_page(data):
    picture = page_of(rendered(data)).render(scale=150 / 72).to_pil()
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [data.verification_url]


@pytest.mark.parametrize(
    "kind", [FieldKind.POSITION, FieldKind.INSTITUTION, FieldKind.TITLE, FieldKind.URL]
)
def test_typst_markup_in_an_answer_is_printed_as_text(kind):
    data = with_line(sample("publication"), kind, MARKUP)
    assert MARKUP.replace(" ", "") in words_of(rendered(data)).replace(" ", "")


def test_typst_markup_in_a_name_is_printed_as_text():
    data = dataclasses.replace(sample("participation"), holder='#eval("1+1") *Иванов*')
    assert '#eval("1+1") *Иванов*' in words_of(rendered(data))


@pytest.mark.parametrize("kind", [FieldKind.TEXT, FieldKind.CHOICE])
def test_lines_without_a_place_of_their_own_are_listed(kind):
    data = with_line(sample("participation"), kind, "особое мнение")
    assert "особое мнение" in words_of(rendered(data))


@pytest.mark.parametrize(
    "hostile", ["Иван ✈ 漢", "שלום", "a\u202eb", "a\u200bb", "q\u20d2", "\x07"]
)
def test_unprintable_characters_are_named(hostile):
    data = dataclasses.replace(sample("publication"), holder=hostile)
    with pytest.raises(UnprintableText) as refused:
        rendered(data)
    missing = sorted(set(hostile) - printable())
    assert refused.value.extra["characters"] == [f"U+{ord(one):04X}" for one in missing]


def test_decomposed_letters_are_letters():
    data = dataclasses.replace(sample("publication"), holder="Йозеф Ёлкин".replace("Й", "И\u0306"))
    assert "озеф Ёлкин" in words_of(rendered(data))


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("holder", "Ш" * 60),
        ("holder", "Шишкина " * 40),
        ("institution", "Ж" * 200),
        ("title", "слово " * 300),
        ("url", "https://vesti.example/" + "a" * 300),
    ],
)
def test_text_that_does_not_fit_is_refused(field, text):
    data = sample("publication")
    long = (
        dataclasses.replace(data, holder=text)
        if field == "holder"
        else with_line(data, field, text)
    )
    with pytest.raises(DoesNotFit) as refused:
        rendered(long)
    assert refused.value.field == field


def test_refusal_leaves_the_compiler_usable():
    data = sample("publication")
    before = rendered(data)
    with pytest.raises(DoesNotFit):
        rendered(dataclasses.replace(data, holder="Ш" * 60))
    assert rendered(data) == before


@given(
    holder=st.text(st.sampled_from(sorted(printable() - set("\n"))), min_size=1, max_size=120),
    title=st.text(st.sampled_from(sorted(printable())), max_size=300),
)
@settings(max_examples=40)
def test_any_text_is_printed_in_full_or_refused(holder, title):
    data = dataclasses.replace(
        with_line(sample("publication"), FieldKind.TITLE, title), holder=holder
    )
    try:
        pdf = rendered(data)
    except (DoesNotFit, UnprintableText):
        # Letters of the fonts may compose to one that they lack.
        return
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.pages) == 1
        copy = json.loads(document.attachments["certificate.json"].get_file().read_bytes())
    assert DocumentData.from_data(copy) == data


def test_preview_is_an_image_of_the_page():
    data = sample("participation")
    picture = Image.open(io.BytesIO(preview(design_of(data), data, ppi=72)))
    assert (picture.format, picture.size) == ("PNG", (595, 842))


@pytest.mark.parametrize("name", ["publication", "participation"])
def test_watermark_leaves_the_middle_of_the_page_free(name):
    data = sample(name)
    plain, marked = (
        Image.open(io.BytesIO(preview(design_of(data), data, watermark=words, ppi=36)))
        for words in ("", "ОБРАЗЕЦ")
    )
    _left, top, _right, bottom = ImageChops.difference(
        plain.convert("RGB"), marked.convert("RGB")
    ).getbbox()
    assert (top < plain.height * 0.3, bottom > plain.height * 0.7) == (True, True)
    middle = (0, int(plain.height * 0.35), plain.width, int(plain.height * 0.65))
    assert plain.crop(middle).tobytes() == marked.crop(middle).tobytes()


def test_preview_without_a_number_has_a_watermark_and_no_code():
    data = dataclasses.replace(sample("publication"), number="", code="", verification_url="")
    pdf = rendered(data, watermark="ОБРАЗЕЦ")
    picture = page_of(pdf).render(scale=2).to_pil()
    assert "ОБРАЗЕЦ" in words_of(pdf)
    assert not zxingcpp.read_barcodes(picture)


def test_threads_render_side_by_side():
    data = sample("publication")
    expected, made = rendered(data), []
    threads = [threading.Thread(target=lambda: made.append(rendered(data))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [expected] * 4
