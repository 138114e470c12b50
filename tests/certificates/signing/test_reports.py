import datetime as dt
import io
import json
import os
import zlib

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject

from certificates.rendering import DocumentData, render
from certificates.signing import (
    Seal,
    SealVerdict,
    inspect,
    make_self_signed,
    reports,
    signer_from_pkcs12,
    without_padding,
)
from core.errors import Busy
from tests.support import gost_sample
from tests.support.documents import design_of, sample
from tests.support.dying_children import dying_environment

AT = dt.datetime(2026, 11, 23, 12, 30, tzinfo=dt.UTC)
DATA = sample("publication")
TEMPLATE = design_of(DATA)


def sealed_by(seal):
    place = TEMPLATE.seal_place
    return seal.seal(render(TEMPLATE, DATA), reason="", location="", at=AT, place=place)


@pytest.fixture(scope="module")
def seal(tmp_path_factory):
    path = tmp_path_factory.mktemp("keys") / "seal.p12"
    make_self_signed(path, "Вести образования")
    return Seal(signer_from_pkcs12(path))


@pytest.fixture(scope="module")
def sealed(seal):
    return sealed_by(seal)


def with_a_page(pdf):
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    contents = writer.add_object(StreamObject(stream_data=b""))
    writer.insert_page(PageObject(contents=contents, media_box=(0, 0, 100, 100)))
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def written_anew(pdf, **options):
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(output, **options)
    return output.getvalue()


def with_signature_fields(count):
    """A small PDF whose form has very many fields for signatures."""
    fields = b"".join(
        b"%d 0 obj\n<</FT/Sig/T(%d)>>\nendobj\n" % (number, number)
        for number in range(4, count + 4)
    )
    kids = b" ".join(b"%d 0 R" % number for number in range(4, count + 4))
    body = (
        b"%%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R/AcroForm 3 0 R>>\nendobj\n"
        b"2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n"
        b"3 0 obj\n<</SigFlags 3/Fields[%b]>>\nendobj\n%b"
    ) % (kids, fields)
    offsets, at = [], 0
    for number in range(1, count + 4):
        at = body.index(b"\n%d 0 obj" % number, at) + 1
        offsets.append(b"%010d 00000 n \n" % at)
    table = b"0000000000 65535 f \n" + b"".join(offsets)
    return body + b"xref\n0 %d\n%btrailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        count + 4,
        table,
        count + 4,
        len(body),
    )


def bomb(size):
    """A PDF whose only object stream swells to `size` bytes."""
    squeezer = zlib.compressobj(9)
    packed = b"".join(squeezer.compress(bytes(1_000_000)) for _ in range(size // 1_000_000))
    packed += squeezer.flush()
    return (
        b"%%PDF-1.7\n1 0 obj\n<</Type/XRef/Size 9000000/W[1 4 2]/Root 2 0 R/Filter/FlateDecode"
        b"/Length %d>>\nstream\n%b\nendstream\nendobj\nstartxref\n9\n%%%%EOF\n"
    ) % (len(packed), packed)


def test_own_seal_is_recognised(sealed, seal):
    report = inspect(sealed, trusted={seal.fingerprint})
    assert (report.verdict, report.intact, report.covers_file) == (SealVerdict.OURS, True, True)
    assert (report.signer, report.made_at) == ("Вести образования", AT)
    assert report.timestamped_at is None
    assert DocumentData.from_data(json.loads(report.attached)) == DATA


def test_seal_of_another_key_with_the_same_name_is_foreign(seal, tmp_path):
    make_self_signed(tmp_path / "seal.p12", "Вести образования")
    report = inspect(
        sealed_by(Seal(signer_from_pkcs12(tmp_path / "seal.p12"))), trusted={seal.fingerprint}
    )
    assert (report.verdict, report.intact, report.trusted) == (SealVerdict.FOREIGN, True, False)


@pytest.mark.parametrize("share", [0.1, 0.4, 0.7, 0.9])
def test_a_changed_byte_is_detected(sealed, seal, share):
    changed = bytearray(sealed)
    changed[int(len(changed) * share)] ^= 1
    report = inspect(bytes(changed), trusted={seal.fingerprint})
    assert report.verdict in {SealVerdict.ALTERED, SealVerdict.UNREADABLE}
    assert not report.intact


def test_a_changed_name_in_the_attached_data_is_detected(sealed, seal):
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        stream = pdf.attachments["certificate.json"].obj.EF.F
        stream.write(stream.read_bytes().replace("Семёнова".encode(), "Петрова".encode()))
        output = io.BytesIO()
        pdf.save(output)
    assert inspect(output.getvalue(), trusted={seal.fingerprint}).verdict is SealVerdict.ALTERED


@pytest.mark.parametrize(
    "append",
    [with_a_page, lambda pdf: pdf + b"\n.", lambda pdf: pdf + pdf],
    ids=["page", "a dot", "itself"],
)
def test_appended_bytes_are_detected(sealed, seal, append):
    report = inspect(append(sealed), trusted={seal.fingerprint})
    assert report.verdict in {SealVerdict.ALTERED, SealVerdict.UNREADABLE}


PADDINGS = [b"\n", b"\r\n", b"\n\n", b" ", b"\0" * 512, b"\r\n \t\0\n"]


@pytest.mark.parametrize("padding", PADDINGS)
def test_white_space_after_the_end_changes_nothing(sealed, seal, padding):
    report = inspect(sealed + padding, trusted={seal.fingerprint})
    assert (report.verdict, report.covers_file) == (SealVerdict.OURS, True)
    assert without_padding(sealed + padding) == sealed
    assert without_padding(padding + sealed) == sealed


def test_padding_hides_no_appended_object(sealed, seal):
    report = inspect(sealed + b"\n9 0 obj\n<<>>\nendobj\n\n", trusted={seal.fingerprint})
    assert not report.intact


def against_the_standard(sealed):
    """Return the file as MuPDF saves it: with a generation number that the standard forbids."""
    saved = written_anew(
        sealed, object_stream_mode=pikepdf.ObjectStreamMode.disable, static_id=True
    )
    head = b"0000000000 65535 f"
    assert head in saved
    return saved.replace(head, b"0000000000 65536 f")


def test_file_against_the_standard_is_altered(sealed, seal):
    report = inspect(against_the_standard(sealed), trusted={seal.fingerprint})
    assert (report.verdict, report.intact) == (SealVerdict.ALTERED, False)
    assert json.loads(report.attached)["number"] == DATA.number


def test_seal_of_an_unknown_algorithm_cannot_be_checked():
    report = inspect(gost_sample.SAMPLE.read_bytes(), trusted=())
    assert (report.verdict, report.signer) == (SealVerdict.UNCHECKABLE, gost_sample.SIGNER)
    assert not report.intact


def test_seal_in_an_unknown_format_cannot_be_checked(sealed, seal):
    other = sealed.replace(b"/ETSI.CAdES.detached", b"/adbe.x509.rsa_sha1 ")
    assert other != sealed
    report = inspect(other, trusted={seal.fingerprint})
    assert (report.verdict, report.intact) == (SealVerdict.UNCHECKABLE, False)


def test_a_document_without_a_seal_is_reported_as_unsealed(seal):
    report = inspect(render(TEMPLATE, DATA), trusted={seal.fingerprint})
    assert report.verdict is SealVerdict.UNSEALED
    assert json.loads(report.attached)["number"] == DATA.number


def test_an_encrypted_file_is_reported_as_encrypted(sealed, seal):
    locked = written_anew(sealed, encryption=pikepdf.Encryption(owner="a", user="b"))
    assert inspect(locked, trusted={seal.fingerprint}).verdict is SealVerdict.ENCRYPTED


def test_truncated_file_whose_data_are_left_is_altered(sealed, seal):
    report = inspect(sealed[: int(len(sealed) * 0.99)], trusted={seal.fingerprint})
    assert (report.verdict, report.damaged) == (SealVerdict.ALTERED, True)
    assert (report.intact, report.trusted, report.fingerprint) == (False, False, "")
    assert "holder" in report.attached


@pytest.mark.parametrize("share", [0, 0.01, 0.5])
def test_truncated_file_is_unreadable(sealed, share):
    cut = sealed[: int(len(sealed) * share)]
    assert inspect(cut, trusted=set()).verdict is SealVerdict.UNREADABLE


def test_large_file_is_not_even_opened(monkeypatch):
    monkeypatch.setattr(reports, "run_child", None)
    assert inspect(bytes(reports.LARGEST + 1), trusted=set()).verdict is SealVerdict.TOO_LARGE


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param(lambda: os.urandom(1_000_000), id="noise"),
        pytest.param(lambda: b"%PDF-1.7\n" + b"<<" * 2_000_000, id="deep"),
        pytest.param(lambda: b"%PDF-1.7\n" + b"1 0 obj\n<<>>\nendobj\n" * 400_000, id="objects"),
        pytest.param(lambda: bomb(300_000_000), id="bomb"),
        pytest.param(lambda: b"%PDF-1.7\nxref\n0 4000000000\ntrailer<<>>\n", id="xref"),
        pytest.param(lambda: with_signature_fields(90_000), id="signature fields"),
    ],
)
def test_hostile_file_gets_a_verdict(hostile):
    verdict = inspect(hostile(), trusted=set()).verdict
    assert verdict in {SealVerdict.UNREADABLE, SealVerdict.UNSEALED, SealVerdict.TOO_DEMANDING}


def test_one_file_at_a_time_is_opened_and_the_others_wait_outside(sealed, monkeypatch):
    with reports._places.take():
        monkeypatch.setattr(reports, "run_child", None)
        with pytest.raises(Busy) as busy:
            inspect(sealed, trusted=set())
    assert (busy.value.status, "Retry-After" in busy.value.headers) == (503, True)


def test_a_place_is_free_again_however_an_inspection_ends(sealed, seal):
    for pdf in (b"%PDF-1.7\n", os.urandom(1000), sealed):
        report = inspect(pdf, trusted={seal.fingerprint})
    assert report.verdict is SealVerdict.OURS


def test_a_file_that_needs_too_much_is_stopped(sealed, monkeypatch):
    monkeypatch.setattr(reports, "_SECONDS", 0.01)
    assert inspect(sealed, trusted=set()).verdict is SealVerdict.TOO_DEMANDING


@pytest.mark.parametrize(
    ("end", "verdict"),
    [
        ("os.kill(os.getpid(), 11)", SealVerdict.UNREADABLE),
        ("os.kill(os.getpid(), 9)", SealVerdict.TOO_DEMANDING),
    ],
)
def test_an_inspection_that_crashes_is_told_from_one_at_its_limits(
    end, verdict, sealed, monkeypatch, tmp_path
):
    monkeypatch.setattr("core.children._ENVIRONMENT", dying_environment(tmp_path, end))
    assert inspect(sealed, trusted=set()).verdict is verdict


# The end of the file is left out: the room around the signature itself is not signed.
@given(noise=st.lists(st.tuples(st.floats(0, 0.95), st.integers(0, 255)), min_size=1, max_size=8))
@settings(max_examples=8)
def test_no_damage_passes_for_the_original(sealed, seal, noise):
    damaged = bytearray(sealed)
    for share, value in noise:
        damaged[int(len(damaged) * share)] = value
    report = inspect(bytes(damaged), trusted={seal.fingerprint})
    assert (report.verdict is SealVerdict.OURS) == (bytes(damaged) == sealed)
