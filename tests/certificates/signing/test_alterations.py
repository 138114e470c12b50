"""Incremental updates appended after sealing, and hostile files."""

import datetime as dt
import io
import time
import zlib

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject

from certificates.rendering import render
from certificates.signing import Seal, SealVerdict, inspect, make_self_signed, signer_from_pkcs12
from tests.support.documents import design_of, sample

AT = dt.datetime(2026, 11, 23, 12, 30, tzinfo=dt.UTC)
DATA = sample("publication")
TEMPLATE = design_of(DATA)


@pytest.fixture(scope="module")
def seal(tmp_path_factory):
    path = tmp_path_factory.mktemp("keys") / "seal.p12"
    make_self_signed(path, "Вести образования")
    return Seal(signer_from_pkcs12(path))


@pytest.fixture(scope="module")
def sealed(seal):
    place = TEMPLATE.seal_place
    pdf = render(TEMPLATE, DATA, seal=seal.mark)
    return seal.seal(pdf, reason="", location="", at=AT, place=place)


def text_over_the_name(writer):
    page, _ = writer.find_page_for_modification(0)
    painted = b"q 1 1 1 rg 100 300 400 60 re f Q"
    content = writer.add_object(generic.StreamObject(stream_data=painted))
    contents = page.get_object()["/Contents"]
    existing = (
        contents
        if isinstance(contents, generic.ArrayObject)
        else generic.ArrayObject([page.get_object().raw_get("/Contents")])
    )
    page.get_object()[pdf_name("/Contents")] = generic.ArrayObject([*existing, content])
    writer.mark_update(page)


def note(writer):
    page, _ = writer.find_page_for_modification(0)
    annotation = writer.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/FreeText"),
                pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (9, 9, 400, 90))),
                pdf_name("/Contents"): generic.pdf_string("Петрова Мария Петровна"),
                pdf_name("/DA"): generic.pdf_string("/Helv 12 Tf 0 g"),
            }
        )
    )
    existing = page.get_object().get("/Annots", generic.ArrayObject())
    page.get_object()[pdf_name("/Annots")] = generic.ArrayObject([*existing, annotation])
    writer.mark_update(page)


def value_of_a_field(writer):
    form = writer.root["/AcroForm"]
    field = writer.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/FT"): pdf_name("/Tx"),
                pdf_name("/T"): generic.pdf_string("holder"),
                pdf_name("/V"): generic.pdf_string("Петрова"),
            }
        )
    )
    form["/Fields"].append(field)
    writer.update_container(form["/Fields"])


def appended_page(writer):
    content = writer.add_object(generic.StreamObject(stream_data=b""))
    writer.insert_page(PageObject(contents=content, media_box=(0, 0, 100, 100)))


def title(writer):
    writer.root[pdf_name("/Lang")] = generic.pdf_string("en")
    writer.update_root()


def attached_copy(writer):
    stream = writer.root["/AF"][0]["/EF"].raw_get("/F")
    changed = stream.get_object().data.replace("Семёнова".encode(), "Петрова".encode())
    stream.get_object()._data = changed
    stream.get_object()._encoded_data = None
    writer.mark_update(stream)


@pytest.mark.parametrize(
    "change",
    [text_over_the_name, note, value_of_a_field, appended_page, title, attached_copy],
    ids=lambda change: change.__name__,
)
def test_an_update_after_the_seal_is_an_alteration(change, sealed, seal):
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    change(writer)
    output = io.BytesIO()
    writer.write(output)
    altered = output.getvalue()
    assert altered.startswith(sealed)
    assert len(altered) > len(sealed)
    report = inspect(altered, trusted={seal.fingerprint})
    assert (report.verdict, report.intact) == (SealVerdict.ALTERED, False)


def test_an_update_that_changes_nothing_is_an_alteration_too(sealed, seal):
    report = inspect(sealed + sealed[sealed.rindex(b"startxref") :], trusted={seal.fingerprint})
    assert report.verdict is SealVerdict.ALTERED


def _with_xref_loop():
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R]"
        b"/Count 1>>endobj\nxref\n0 1\n0000000000 65535 f \ntrailer<</Size 3/Root 1 0 R/Prev 94>>\n"
        b"startxref\n94\n%%EOF\n"
    )


def _nested(opening, closing, depth):
    body = b"1 0 obj\n" + opening * depth + closing * depth + b"\nendobj\n"
    return (
        b"%PDF-1.7\n" + body + b"xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \n"
        b"trailer<</Size 2/Root 1 0 R>>\nstartxref\n" + str(9 + len(body)).encode() + b"\n%%EOF\n"
    )


def _swelling_twice():
    """A stream packed twice: a few kilobytes that ask for gigabytes."""
    packed = zlib.compress(zlib.compress(b"\0" * 200_000_000, 9) * 20, 9)
    head = b"<</Type/ObjStm/N 1/First 4/Filter[/FlateDecode/FlateDecode]/Length %d>>" % len(packed)
    return (
        b"%PDF-1.7\n1 0 obj"
        + head
        + b"stream\n"
        + packed
        + (b"\nendstream endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF")
    )


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param(_with_xref_loop, id="a table of contents that leads to itself"),
        pytest.param(lambda: _nested(b"[", b"]", 300_000), id="arrays in arrays"),
        pytest.param(lambda: _nested(b"<</A", b">>", 300_000), id="dictionaries in dictionaries"),
        pytest.param(lambda: _nested(b"(", b")", 900_000), id="parentheses in parentheses"),
        pytest.param(_swelling_twice, id="packed twice"),
        pytest.param(lambda: b"%PDF-1.7\n" + b"%" * 9_900_000, id="ten megabytes of a remark"),
        pytest.param(lambda: b"%PDF-1.7\n" + b"startxref\n0\n" * 800_000, id="many beginnings"),
    ],
)
def test_a_hostile_file_gets_a_verdict_in_time(hostile):
    content = hostile()
    began = time.process_time()
    verdict = inspect(content, trusted=set()).verdict
    assert verdict in {SealVerdict.UNREADABLE, SealVerdict.UNSEALED, SealVerdict.TOO_DEMANDING}
    assert time.process_time() - began < 1  # of ours: the work is the other process's
