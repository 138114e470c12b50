"""Files given as answers."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from certificates.applications.file_types import UnusableFile, harmless_name, type_of
from certificates.fields import Field, FieldKind
from certificates.models import AnswerFile
from certificates.programmes import publish_form
from certificates.register.erasure import erase_applicant
from certificates.register.privacy import export

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}
FORM = "/programmes/publication/"
PDF = b"%PDF-1.7\n1 0 obj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def pdf(name="Отзыв.pdf", content=PDF):
    return SimpleUploadedFile(name, content, content_type="text/html")


@pytest.fixture
def programme(programme, registrar):
    fields = programme.forms.newest().fields
    review = Field("review", FieldKind.FILE, "Отзыв", "Review")
    publish_form(programme=programme, fields=[*fields, review], actor=registrar)
    return programme


@pytest.fixture
def attach(page, filled):
    def run(file):
        answer = page.post(FORM, {"application": filled.pk, "review": file}, headers=HTMX)
        filled.refresh_from_db()
        return answer.content.decode()

    return run


@pytest.fixture
def attached(filled, attach):
    attach(pdf())
    return filled


def stored():
    return (
        set(default_storage.listdir("answers")[1]) if default_storage.exists("answers") else set()
    )


def test_a_file_becomes_the_answer(attached, page):
    file = AnswerFile.objects.get()
    assert (file.name, file.mime, file.size) == ("Отзыв.pdf", "application/pdf", len(PDF))
    assert attached.answers["review"] == f"{file.digest}/Отзыв.pdf"
    shown = page.get(FORM).content.decode()
    assert f"/applications/{attached.pk}/files/{file.pk}/" in shown


def test_required_file_must_be_attached(page, filled):
    answer = page.post(FORM, {"application": filled.pk, "title": "Урок"})
    assert answer.status_code == 422
    assert "Отзыв: Приложите файл" in answer.content.decode()


def test_file_is_served_as_a_download(attached, page):
    answer = page.get(f"/applications/{attached.pk}/files/{AnswerFile.objects.get().pk}/")
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Content-Type"] == "application/pdf"  # not what the sender said
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == (
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
    )
    assert answer["Cache-Control"] == "private, no-store"


def test_only_the_applicant_and_registrars_can_fetch_the_file(
    attached, registrar, stranger, sign_in
):
    address = f"/applications/{attached.pk}/files/{AnswerFile.objects.get().pk}/"
    assert sign_in(registrar).get(address).status_code == 200
    assert sign_in(stranger).get(address).status_code == 404
    assert Client().get(address).url.startswith("/accounts/login/")


def test_registrar_of_another_site_cannot_fetch_the_file(attached, foreign_registrar, sign_in):
    address = f"/applications/{attached.pk}/files/{AnswerFile.objects.get().pk}/"
    assert sign_in(foreign_registrar).get(address).status_code == 404


def test_no_url_serves_the_storage(attached, page):
    name = AnswerFile.objects.get().content.name
    for address in (f"/media/{name}", f"/{name}", f"/static/{name}"):
        assert page.get(address).status_code == 404


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("отзыв.pdf", b"MZ\x90\0 an executable"),
        ("отзыв.pdf", b"<html><script>alert(1)</script>"),
        ("рисунок.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("архив.png", b"PK\x03\x04" + b"\0" * 50),
        ("пусто.pdf", b" "),
    ],
    ids=["program", "page", "svg", "zip", "empty"],
)
def test_only_documents_and_pictures_are_accepted(attach, filled, name, content):
    answer = attach(SimpleUploadedFile(name, content, content_type="application/pdf"))
    assert "Приложите PDF или картинку" in answer
    assert not AnswerFile.objects.exists()
    assert stored() == set()


def test_file_over_ten_megabytes_is_refused_and_other_answers_are_saved(page, filled):
    big = pdf(content=PDF + b"\0" * (10 * 1024 * 1024))
    answer = page.post(FORM, {"application": filled.pk, "title": "Урок речи", "review": big})
    assert answer.status_code == 422
    assert "больше 10 МБ" in answer.content.decode()
    filled.refresh_from_db()
    assert filled.answers["title"] == "Урок речи"
    assert stored() == set()


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\Анна\\отзыв.PDF", "отзыв.pdf"),
        ("отчёт\u202efdp.exe", "отчётfdp.exe.pdf"),
        ("а\0б\n.pdf", "аб.pdf"),
        ("con.pdf", "con_.pdf"),
        ("<img src=x>.pdf", "img src=x.pdf"),
        ("....", "file.pdf"),
        ("я" * 300 + ".pdf", "я" * 100 + ".pdf"),
    ],
    ids=ascii,
)
def test_file_name_is_made_harmless(typed, name):
    assert harmless_name(typed, type_of(PDF)) == name


@given(st.text(), st.sampled_from([PDF, PNG]))
def test_any_file_name_becomes_a_harmless_one_of_the_right_type(typed, content):
    kind = type_of(content)
    name = harmless_name(typed, kind)
    assert name.endswith(kind.suffixes)
    assert not set(name) & set('/\\:*?"<>|\0\n\u202e')
    assert harmless_name(name, kind) == name


@given(st.binary(max_size=40).filter(lambda content: content[:1] not in {b"%", b"\xff", b"\x89"}))
def test_unknown_first_bytes_are_refused(content):
    with pytest.raises(UnusableFile):
        type_of(content)


def test_new_file_replaces_the_old_one_and_deletes_it(attached, attach, deliver):
    attach(pdf("Второй.pdf", PDF + b"2"))
    deliver()
    assert AnswerFile.objects.get().name == "Второй.pdf"
    assert len(stored()) == 1


def test_file_can_be_detached(attached, page, deliver):
    page.post(FORM, {"application": attached.pk, "detach": "review"}, headers=HTMX)
    deliver()
    attached.refresh_from_db()
    assert attached.answers["review"] == ""
    assert stored() == set()


def test_text_cannot_be_the_answer_to_a_file_field(attached, page):
    answer = attached.answers["review"]
    page.post(FORM, {"application": attached.pk, "review": "0" * 64 + "/Чужой.pdf"}, headers=HTMX)
    attached.refresh_from_db()
    assert attached.answers["review"] == answer


def test_file_cannot_be_attached_to_another_field(page, filled):
    page.post(FORM, {"application": filled.pk, "title": pdf()}, headers=HTMX)
    filled.refresh_from_db()
    assert filled.answers["title"] == "Развитие речи младших школьников"
    assert not AnswerFile.objects.exists()


def test_registrar_sees_the_file_with_the_answers(attached, confirm, registrar, sign_in):
    confirm(attached)
    shown = sign_in(registrar).get(f"/registrar/applications/{attached.pk}/").content.decode()
    assert "Отзыв.pdf" in shown
    assert f"/files/{AnswerFile.objects.get().pk}/" in shown


def test_the_confirmation_proves_the_content(attached, confirm):
    confirm(attached)
    assert AnswerFile.objects.get().digest in attached.confirmations.get().answers["review"]


@pytest.fixture
def replaced(by_hand, attached, confirm, return_it, page):
    """Confirmed with one file, returned, and confirmed with another."""
    confirm(attached)
    return_it(attached)
    edit = f"/applications/{attached.pk}/edit/"
    page.post(edit, {"review": pdf("С подписью.pdf", PDF + b"2")}, headers=HTMX)
    confirm(attached)
    return attached


def test_confirmed_file_is_kept_with_its_replacement(replaced, registrar, sign_in, deliver):
    deliver()
    shown = sign_in(registrar).get(f"/registrar/applications/{replaced.pk}/").content.decode()
    assert AnswerFile.objects.count() == len(stored()) == 2
    assert all(f"/files/{file.pk}/" in shown for file in AnswerFile.objects.all())


def test_withdrawing_the_application_deletes_the_file(attached, page, deliver):
    page.post(f"/applications/{attached.pk}/withdrawal/")
    deliver()
    assert not AnswerFile.objects.exists()
    assert stored() == set()


def test_erasing_the_person_deletes_the_file(attached, applicant, deliver):
    erase_applicant(user=applicant)
    deliver()
    assert not AnswerFile.objects.exists()
    assert stored() == set()


def test_export_has_the_file(attached, applicant):
    [content] = [file.content for file in export(applicant) if file.path.endswith("Отзыв.pdf")]
    assert content == PDF


def test_co_authors_share_the_file_until_the_last_is_erased(
    attached, page, confirm, deliver, applicant
):
    page.post(FORM, {"application": attached.pk, "co_authors": "Петров Пётр"}, headers=HTMX)
    confirm(attached)
    deliver()
    assert AnswerFile.objects.count() == 2
    assert len(stored()) == 1
    erase_applicant(user=applicant)
    deliver()
    assert stored() == set()


@pytest.fixture
def api(applicant):
    client = APIClient()
    client.force_login(applicant)
    return client


def test_file_is_attached_fetched_and_detached_by_the_api(api, filled, deliver):
    address = f"/api/v1/applications/{filled.pk}/answers/review/file/"
    document = api.put(address, {"file": pdf()}, format="multipart").json()
    [file] = document["files"]
    assert (file["question"], file["name"], file["size"]) == ("review", "Отзыв.pdf", len(PDF))
    assert b"".join(api.get(address).streaming_content) == PDF
    assert api.delete(address).json()["files"] == []
    deliver()
    assert stored() == set()


def test_api_refuses_a_bad_file_with_a_problem(api, filled):
    address = f"/api/v1/applications/{filled.pk}/answers/review/file/"
    answer = api.put(address, {"file": pdf(content=b"MZ")}, format="multipart")
    assert (answer.status_code, answer.json()["code"]) == (422, "unusable_file")
    address = f"/api/v1/applications/{filled.pk}/answers/title/file/"
    assert api.put(address, {"file": pdf()}, format="multipart").status_code == 422
