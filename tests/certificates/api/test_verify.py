import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


@pytest.fixture
def issued(certificate):
    with certificate.document.open("rb") as file:
        return file.read()


def ask(client, **body):
    return client.post("/api/v1/verify/", body, content_type="application/json")


def test_by_number_the_name_is_masked_and_no_data_are_shown(client, certificate):
    data = ask(client, number=certificate.number).json()
    assert data["finding"] == "valid"
    assert data["holder"] == "И****** М. П."
    assert data["document_data"] == {}


def test_by_code_all_data_are_shown(client, certificate):
    data = client.get(f"/api/v1/verify/{certificate.code}/").json()
    assert data["holder"] == "Иванова Мария Петровна"
    assert data["document_data"]["Название материала"] == "Развитие речи младших школьников"
    assert data["publication"] == "Вести образования"


def test_by_digest(client, issued):
    data = ask(client, digest=hashlib.sha256(issued).hexdigest()).json()
    assert data["finding"] == "valid"


def test_by_file(client, issued):
    answers = [
        client.post("/api/v1/verify/", {"file": SimpleUploadedFile("a.pdf", content)}).json()
        for content in (issued, issued + b"\n%\n", b"no PDF")
    ]
    assert [answer["finding"] for answer in answers] == ["valid", "altered", "unreadable"]


@pytest.mark.parametrize("body", [{}, {"number": "CB-2026-00001-X", "digest": "0" * 64}])
def test_exactly_one_of_number_digest_and_file_is_required(client, body):
    answer = ask(client, **body)
    assert answer.status_code in {400, 422}
    assert "Укажите номер, контрольную сумму или файл" in answer.content.decode()


def test_a_mistyped_number_differs_from_an_unknown_one(client, certificate):
    mistyped = certificate.number[:-1] + ("A" if certificate.number[-1] != "A" else "B")
    assert ask(client, number=mistyped).json()["finding"] == "mistyped"


def test_lookups_by_number_are_limited(client, certificate):
    answers = [ask(client, number=f"CB-2026-{serial:05}-A") for serial in range(61)]
    assert [answer.status_code for answer in answers[-2:]] == [200, 429]
    assert answers[-1].json()["code"] == "too_many_requests"
    assert client.get("/verify/", {"number": certificate.number}).status_code == 429
    assert client.get(f"/v/{certificate.code}/").status_code == 200


def test_documents_and_lists_are_their_holder_s(page, stranger, sign_in, certificate):
    document = f"/api/v1/certificates/{certificate.number}/document/"
    statuses = [person.get(document).status_code for person in (sign_in(stranger), Client())]
    assert statuses == [404, 403]
    mine, theirs = (who.get("/api/v1/certificates/").json() for who in (page, sign_in(stranger)))
    assert [item["number"] for item in mine["items"]] == [certificate.number]
    assert theirs["items"] == []
