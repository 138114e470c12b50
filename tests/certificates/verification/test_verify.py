"""A file in a stranger's hands: whole, altered, foreign or hostile."""

import hashlib
import json
import os
import zlib
from io import BytesIO

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Role
from certificates.document_templates import actions
from certificates.models import TemplateImage
from certificates.register.revocation import revoke_certificate
from certificates.signing import reports
from certificates.states import CertificateStatus
from certificates.verification import embedded_data, verify
from tests.support import gost_sample
from tests.support.people import new_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
_PLACES = st.sampled_from(["holder", "lines", "publication", "key", "value", "code"])


def upload(client, content):
    return client.post("/verify/", {"file": SimpleUploadedFile("a.pdf", content)})


@pytest.fixture
def issued(certificate):
    with certificate.document.open("rb") as file:
        return file.read()


def altered(issued, change):
    """Return the file with its attached data rewritten and saved again by a PDF editor."""
    with pikepdf.open(BytesIO(issued)) as pdf:
        stream = pdf.Root.AF[0].EF.F
        data = json.loads(stream.read_bytes())
        change(data)
        stream.write(json.dumps(data).encode())
        saved = BytesIO()
        pdf.save(saved)
    return saved.getvalue()


def test_the_file_as_issued_is_valid(client, issued):
    page = upload(client, issued).content.decode()
    assert "Свидетельство действительно" in page
    assert "Файл тот самый" in page
    assert "Иванова Мария Петровна" in page


def test_a_digest_alone_is_enough(client, issued):
    digest = hashlib.sha256(issued).hexdigest()
    page = client.get("/verify/", {"digest": digest}).content.decode()
    assert "Свидетельство действительно" in page


def test_another_digest_is_not_found(client, certificate):
    answer = client.get("/verify/", {"digest": "0" * 64})
    assert answer.status_code == 404
    assert "здесь не выдавали" in answer.content.decode()


def test_an_altered_name_is_shown_next_to_the_true_one(client, issued):
    forged = altered(issued, lambda data: data.update(holder="Петрова Мария Петровна"))
    page = upload(client, forged).content.decode()
    assert "Файл изменён после выдачи" in page
    assert "<del>Петрова Мария Петровна</del>" in page
    assert "<strong>Иванова Мария Петровна</strong>" in page


def test_an_altered_line_is_named(client, issued):
    def change(data):
        next(line for line in data["lines"] if line["key"] == "title")["value"] = "Другая работа"

    answer = upload(client, altered(issued, change))
    (difference,) = answer.context["verdict"].differences
    assert difference.label == "Название материала"
    assert (difference.in_file, difference.in_register) == (
        "Другая работа",
        "Развитие речи младших школьников",
    )


def test_a_changed_page_with_unchanged_data_is_an_alteration(client, issued):
    page = upload(client, altered(issued, lambda _: None)).content.decode()
    assert "Файл изменён после выдачи" in page
    assert "сверьте" in page.lower()


def test_bytes_after_the_seal_are_an_alteration(client, issued):
    page = upload(client, issued + b"\n% a word more\n").content.decode()
    assert "Файл изменён после выдачи" in page


@pytest.mark.parametrize("padding", [b"\n", b"\r\n", b"\n\n", b"\0" * 64, b"\x1a" * 30])
def test_white_space_after_the_end_is_no_alteration(client, issued, padding):
    page = upload(client, issued + padding).content.decode()
    assert "Свидетельство действительно" in page
    assert "Файл тот самый" in page


@pytest.mark.parametrize("padding", [b"\n", b"\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n"])
def test_white_space_before_the_header_is_no_alteration(client, issued, padding):
    page = upload(client, padding + issued).content.decode()
    assert "Свидетельство действительно" in page
    assert "Файл тот самый" in page


def test_text_before_the_header_is_not_passed_over(client, issued):
    page = upload(client, b"%!PS\n" + issued).content.decode()
    assert "Свидетельство действительно" not in page


def test_file_saved_against_the_standard_is_compared(client, issued):
    forged = altered(issued, lambda data: data.update(holder="Петрова Мария Петровна"))
    head = b"0000000000 65535 f"
    with pikepdf.open(BytesIO(forged)) as pdf:
        saved = BytesIO()
        pdf.save(saved, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    page = upload(client, saved.getvalue().replace(head, b"0000000000 65536 f")).content.decode()
    assert "Файл изменён после выдачи" in page
    assert "<del>Петрова Мария Петровна</del>" in page


def _end_at(pdf, marker):
    return pdf[: pdf.rindex(marker)]


_DAMAGES = {
    "wrong startxref": lambda pdf: _end_at(pdf, b"startxref") + b"startxref\n1234\n%%EOF\n",
    "startxref past the end": lambda pdf: _end_at(pdf, b"startxref") + b"startxref\n9999999\n%%EOF",
    "no startxref": lambda pdf: _end_at(pdf, b"startxref") + b"%%EOF\n",
    "no end": lambda pdf: _end_at(pdf, b"%%EOF"),
    "cut off": lambda pdf: pdf[:-2000],
    "a page after the end": lambda pdf: pdf + b"<p>Sent from a phone</p>" * 200,
    "headers before the beginning": lambda pdf: b"Content-Type: application/pdf\r\n\r\n" + pdf,
}


@pytest.mark.parametrize("damage", _DAMAGES.values(), ids=_DAMAGES.keys())
def test_damaged_file_is_compared_and_never_valid(client, issued, damage):
    answer = upload(client, damage(issued))
    page = answer.content.decode()
    assert answer.context["verdict"].finding == "altered"
    assert "Файл повреждён или изменён" in page
    assert "Не полагайтесь на него" in page
    assert "Вложенные в него данные совпадают с реестром" in page
    assert "Свидетельство действительно" not in page


@pytest.mark.parametrize("objects", pikepdf.ObjectStreamMode.__members__.values(), ids=str)
def test_damaged_file_of_another_program_shows_what_was_altered(client, issued, objects):
    forged = altered(issued, lambda data: data.update(holder="Петрова Мария Петровна"))
    with pikepdf.open(BytesIO(forged)) as pdf:
        saved = BytesIO()
        pdf.save(saved, object_stream_mode=objects)
    damaged = _DAMAGES["wrong startxref"](saved.getvalue())
    page = upload(client, damaged).content.decode()
    assert "Файл повреждён или изменён" in page
    assert "<del>Петрова Мария Петровна</del>" in page


def test_file_whose_data_are_cut_off_is_unreadable(client, issued):
    page = upload(client, issued[:60_000]).content.decode()
    assert "Файл не удалось прочитать" in page


def test_first_part_of_the_file_without_its_seal_is_altered(client, issued):
    unsealed = issued[: issued.index(b"%%EOF") + 6]
    page = upload(client, unsealed).content.decode()
    assert "Файл изменён после выдачи" in page


def test_gost_seal_is_named_and_not_called_unreadable(client, certificate):
    answer = upload(client, gost_sample.SAMPLE.read_bytes())
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "печатью, которую мы не можем проверить" in page
    assert f"«{gost_sample.SIGNER}»" in page


def test_every_copy_of_a_revoked_certificate_is_revoked(client, certificate, registrar, issued):
    revoke_certificate(
        certificate=certificate,
        actor=registrar,
        reason="Материал снят",
        expected=CertificateStatus.VALID,
    )
    page = upload(client, issued).content.decode()
    assert "Аннулировано" in page
    assert "Материал снят" in page


def test_a_foreign_pdf_is_not_ours(client, certificate):
    blank = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(blank)
    answer = upload(client, blank.getvalue())
    assert answer.status_code == 404
    assert "выдан не здесь" in answer.content.decode()


def test_data_with_the_code_of_another_certificate_show_the_differences(client, issued):
    forged = altered(issued, lambda data: data.update(code="ABCD-EFGH-JKMN-PQRS"))
    assert "выдан не здесь" in upload(client, forged).content.decode()


def _bomb():
    packed = zlib.compress(b"\0" * 300_000_000, 9)
    return (
        b"%PDF-1.7\n1 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length "
        + str(len(packed)).encode()
        + b">>stream\n"
        + packed
        + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF"
    )


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.7", b"\xff\xd8\xff\xe0 a photograph", b"PK\x03\x04"],
)
def test_a_file_that_is_no_pdf_is_unreadable(client, content):
    answer = upload(client, content)
    assert answer.status_code == 422
    assert "Файл не удалось прочитать" in answer.content.decode()


def test_a_decompression_bomb_gets_a_verdict(client):
    assert upload(client, _bomb()).context["verdict"].finding in {"unreadable", "not_ours"}


def test_an_encrypted_pdf_is_unreadable(client):
    locked = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(locked, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    assert "закрыт паролем" in upload(client, locked.getvalue()).content.decode()


def test_more_than_ten_megabytes_are_refused_by_their_length(client):
    answer = upload(client, b"%PDF-1.7" + b" " * 10_200_000)
    assert answer.status_code == 413
    assert "слишком большой" in answer.content.decode()


def test_inspections_of_files_are_limited(client, certificate):
    answers = [upload(client, b"not a PDF") for _ in range(21)]
    assert [answer.status_code for answer in answers[-2:]] == [422, 429]
    assert "Слишком много попыток" in answers[-1].content.decode()


@settings(
    max_examples=200,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text() | _PLACES, inner),
        max_leaves=20,
    )
)
def test_any_json_may_be_attached(certificate, data):
    read = embedded_data.read(json.dumps(data))
    assert all(isinstance(value, str) for value in read.values())
    embedded_data.differences(read, certificate)


def test_text_that_no_page_can_show_is_shown_with_a_mark(client, issued):
    """JSON can name half of a surrogate pair."""
    forged = altered(issued, lambda data: data.update(holder="Иванова\ud800"))
    page = upload(client, forged).content.decode()
    assert "<del>Иванова\ufffd</del>" in page
    by_api = client.post("/api/v1/verify/", {"file": SimpleUploadedFile("a.pdf", forged)})
    assert by_api.status_code == 200


def test_endless_nesting_is_read_as_no_data():
    assert embedded_data.read("[" * 1_000_000) == {}


@pytest.fixture
def forged(issued):
    return altered(issued, lambda data: data.update(holder="Петрова Мария Петровна"))


def test_while_another_file_is_open_the_answer_is_503_with_a_sentence(client, forged):
    with reports._places.take():
        answer = upload(client, forged)
        by_api = client.post("/api/v1/verify/", {"file": SimpleUploadedFile("a.pdf", forged)})
    assert (answer.status_code, by_api.status_code) == (503, 503)
    assert int(answer["Retry-After"]) == int(by_api["Retry-After"]) > 0
    assert "проверяется несколько файлов" in answer.content.decode()
    assert by_api.json()["code"] == "busy"


def test_a_document_of_ours_needs_no_place(client, issued):
    with reports._places.take():
        assert "Файл тот самый" in upload(client, issued).content.decode()


def test_a_file_that_no_document_of_ours_can_be_is_not_opened(client, issued, forged, monkeypatch):
    monkeypatch.setattr(reports, "run_child", None)
    large = b"%PDF-1.7\n" + b" " * 1_000_000
    answer = upload(client, large)
    assert (answer.status_code, answer.context["verdict"].finding) == (413, "too_large")
    assert "Файл тот самый" in upload(client, issued).content.decode()


def test_images_of_a_template_make_room_for_its_documents(programme, administrator):
    without = verify._largest_document()
    draft = actions.create_draft_from(version=programme.template.active, actor=administrator)
    for role in ("logo", "stamp"):
        TemplateImage.objects.create(
            version=draft,
            role=role,
            content=os.urandom(1000),
            width=1,
            height=1,
            alt_ru="Знак",
            alt_en="Sign",
        )
    assert verify._largest_document() == without + 2 * 2000


@pytest.fixture
def administrator(site):
    return new_person("admin@example.org", "Управляющая", role=Role.Name.ADMINISTRATOR, site=site)
