import dataclasses
import datetime as dt
import io
import json
import subprocess

import outloud
import pdfua
import pikepdf
import pytest
from PIL import Image, ImageDraw
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from certificates.rendering import DesignImage, DocumentData, ImageRole, render, starter
from certificates.signing import KeyUnusable, Seal, make_self_signed, signer_from_pkcs12
from tests.support.documents import design_of, sample

AT = dt.datetime(2026, 11, 23, 12, 30, tzinfo=dt.UTC)


def sealed_by(seal, data, images=()):
    template = dataclasses.replace(design_of(data), images=images)
    return seal.seal(
        render(template, data, seal=seal.mark),
        reason=f"{data.title} № {data.number}",
        location=data.publication.name,
        at=AT,
        place=template.seal_place,
    )


def told_by(command, pdf, tmp_path):
    path = tmp_path / "sealed.pdf"
    path.write_bytes(pdf)
    return subprocess.run([*command, path], capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def seal(tmp_path_factory):
    path = tmp_path_factory.mktemp("keys") / "seal.p12"
    make_self_signed(path, "Вести образования")
    return Seal(signer_from_pkcs12(path))


def drawn(role, size, alt):
    picture = Image.new("RGBA", size)
    ImageDraw.Draw(picture).ellipse((5, 5, size[0] - 5, size[1] - 5), outline="#1d2f7acc", width=8)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return DesignImage(role, buffer.getvalue(), alt, f"{role} of the publication")


IMAGES = (
    drawn(ImageRole.LOGO, (420, 160), "Логотип издания"),
    drawn(ImageRole.SIGNATURE, (500, 200), "Подпись главного редактора"),
    drawn(ImageRole.STAMP, (320, 320), "Печать редакции"),
)


@pytest.fixture(
    scope="module",
    params=[
        "publication",
        "longest_participation",
        "english",
        "pictured longest",
        "pictured english",
    ],
)
def sealed(request, seal):
    pictured, _space, name = request.param.rpartition(" ")
    return sealed_by(seal, sample(name), IMAGES if pictured else ())


@pytest.mark.parametrize(
    ("name", "alts"),
    [
        ("longest_participation", [picture.alt_ru for picture in IMAGES]),
        ("english", [picture.alt_en for picture in IMAGES]),
    ],
)
def test_images_have_alternative_texts(seal, name, alts):
    with pikepdf.open(io.BytesIO(sealed_by(seal, sample(name), IMAGES))) as pdf:
        alternatives = [str(each.Alt) for each in pdf.objects if is_figure(each)]
    assert sorted(alt for alt in alternatives if alt in alts) == sorted(alts)


def is_figure(each):
    return isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/Figure" and "/Alt" in each


def test_pyhanko_finds_the_whole_file_certified_against_any_change(sealed):
    signature = PdfFileReader(io.BytesIO(sealed)).embedded_signatures[0]
    nobody = ValidationContext(trust_roots=[], allow_fetching=False)
    status = validate_pdf_signature(signature, signer_validation_context=nobody)
    assert (status.intact, status.valid, status.docmdp_ok) == (True, True, True)
    assert status.coverage.name == "ENTIRE_FILE"
    assert signature.docmdp_level is MDPPerm.NO_CHANGES
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert status.signer_reported_dt == AT


def test_poppler_finds_the_signature_valid(sealed, tmp_path):
    report = told_by(["pdfsig"], sealed, tmp_path)
    assert "Signature is Valid" in report
    assert "Total document signed" in report
    assert "Не является квалифицированной электронной подписью" in report


def test_qpdf_finds_no_errors(sealed, tmp_path):
    assert "No syntax or stream encoding errors" in told_by(["qpdf", "--check"], sealed, tmp_path)


def test_every_font_is_embedded(sealed, tmp_path):
    fonts = told_by(["pdffonts"], sealed, tmp_path).splitlines()[2:]
    assert fonts
    assert {font.split()[-5:-2] == ["yes", "yes", "yes"] for font in fonts} == {True}


def test_sealed_document_keeps_to_pdf_ua(sealed, tmp_path):
    path = tmp_path / "sealed.pdf"
    path.write_bytes(sealed)
    result = outloud.check(str(path))
    assert (result.error, result.errors, result.warnings) == (None, 0, 0)
    assert [finding.message for finding in pdfua.validate(path).findings] == []


def test_sealed_document_keeps_to_pdf_a(sealed):
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        declared = pdf.open_metadata()
        field = pdf.Root.AcroForm.Fields[0]
        assert (declared["pdfaid:part"], declared["pdfaid:conformance"]) == ("3", "A")
        assert "/NeedAppearances" not in pdf.Root.AcroForm
        assert int(field.F) & 4  # printed
        assert not int(field.F) & 3  # neither invisible nor hidden
        assert list(field.AP.keys()) == ["/N"]
        assert not field.AP.N.read_bytes().strip()


def test_field_is_known_to_the_structure_tree(sealed):
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        field = pdf.Root.AcroForm.Fields[0]
        tree = pdf.Root.StructTreeRoot
        numbers = list(tree.ParentTree.Nums)
        form = numbers[numbers.index(int(field.StructParent)) + 1]
        assert (form.S, form.K.Obj.objgen) == ("/Form", field.objgen)
        assert form.objgen in [element.objgen for element in tree.K[0].K]
        assert tree.ParentTreeNextKey > field.StructParent
        assert field.TU == "Электронная печать"


def test_attached_copy_survives_the_seal(seal):
    data = sample("publication")
    with pikepdf.open(io.BytesIO(sealed_by(seal, data))) as pdf:
        copy = json.loads(pdf.attachments["certificate.json"].get_file().read_bytes())
    assert DocumentData.from_data(copy) == data


def test_the_visible_seal_names_the_owner_of_the_certificate(seal, tmp_path):
    report = told_by(["pdfsig"], sealed_by(seal, sample("publication")), tmp_path)
    assert f"O={seal.mark.owner}" in report
    assert f"CN={seal.mark.owner}" in report
    assert seal.mark.valid_until > AT.date() + dt.timedelta(days=3000)


def test_a_long_publication_name_is_cut_to_the_limit_of_x509(tmp_path):
    make_self_signed(tmp_path / "seal.p12", "Сетевое издание " * 10)
    assert (
        Seal(signer_from_pkcs12(tmp_path / "seal.p12")).mark.owner == ("Сетевое издание " * 10)[:64]
    )


def test_key_without_its_passphrase_is_refused(tmp_path):
    make_self_signed(tmp_path / "seal.p12", "Вести", "тайна")
    assert Seal(signer_from_pkcs12(tmp_path / "seal.p12", "тайна")).mark.owner == "Вести"
    with pytest.raises(KeyUnusable, match=r"seal\.p12"):
        Seal(signer_from_pkcs12(tmp_path / "seal.p12", "другая"))


def test_sealed_document_is_not_sealed_again(seal):
    sealed = sealed_by(seal, sample("publication"))
    with pytest.raises(SigningError, match="filled already"):
        seal.seal(
            sealed,
            reason="",
            location="",
            at=AT,
            place=starter("publication").seal_place,
        )


def test_document_with_a_seal_is_one_page(seal):
    data = dataclasses.replace(sample("longest"), language="en")
    assert len(PdfFileReader(io.BytesIO(sealed_by(seal, data))).root["/Pages"]["/Kids"]) == 1


def test_writer_sees_one_field(sealed):
    fields = IncrementalPdfFileWriter(io.BytesIO(sealed)).root["/AcroForm"]["/Fields"]
    assert len(fields) == 1
