import hashlib
import io
import json
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.actions import request_erasure, request_export
from accounts.actions.own_data import build_export, carry_out_erasure
from accounts.models import DataExport, ErasureRequest
from accounts.permissions import FreshProof
from certificates import tasks
from certificates.models import Application, Certificate, CertificateEvent, Confirmation, Programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def issued(certificate):
    with certificate.document.open("rb") as file:
        return file.read()


@pytest.fixture
def erase(applicant, deliver):
    def run():
        request = request_erasure(
            user=applicant,
            comments=ErasureRequest.Comments.REMOVE,
            proof=FreshProof(applicant.pk),
        )
        ErasureRequest.objects.update(due_at=timezone.now())
        carry_out_erasure(request_id=request.pk)
        deliver()

    return run


def test_erasure_removes_every_answer(certificate, erase):
    erase()
    rows = [*Application.objects.values(), *Confirmation.objects.values()]
    rows += [*Certificate.objects.values(), *CertificateEvent.objects.values("note", "evidence")]
    for word in ("Иванова", "Мария", "Калуги", "Развитие речи", "ivanova@"):
        assert word not in json.dumps(rows, default=str, ensure_ascii=False)
    assert not default_storage.exists(certificate.document.name)


def test_erasure_keeps_number_status_and_digests(certificate, client, erase):
    digest = certificate.document_digest
    erase()
    page = client.get("/verify/", {"number": certificate.number}).content.decode()
    assert "Свидетельство действительно" in page
    assert "По просьбе человека его данные удалены" in page
    assert Certificate.objects.get().document_digest == digest
    assert Confirmation.objects.get().digest


def test_a_name_that_a_law_requires_stays_and_the_page_cites_the_law(certificate, client, erase):
    Programme.objects.update(retention_law_ru="Федеральный закон № 273-ФЗ, ст. 60")
    erase()
    shown = client.get(f"/v/{certificate.printed_code}/").content.decode()
    assert "Иванова Мария Петровна" in shown
    assert "Имя сохранено по закону: Федеральный закон № 273-ФЗ, ст. 60" in shown
    assert "Развитие речи" not in shown
    by_number = client.get("/verify/", {"number": certificate.number}).content.decode()
    assert "Иванова" not in by_number
    data = client.get(f"/api/v1/verify/{certificate.code}/").json()
    assert data["kept_by_law"] == "Федеральный закон № 273-ФЗ, ст. 60"
    assert Certificate.objects.get().email == ""


def test_the_holder_s_own_file_can_still_be_verified_after_erasure(
    certificate, issued, client, erase
):
    erase()
    page = client.post("/verify/", {"file": SimpleUploadedFile("a.pdf", issued)})
    assert "Файл тот самый" in page.content.decode()
    assert hashlib.sha256(issued).hexdigest() == certificate.document_digest
    assert client.get(f"/v/{certificate.printed_code}/document/").status_code == 404


def test_erasure_withdraws_a_draft(filled, erase):
    erase()
    filled.refresh_from_db()
    assert (filled.status, filled.answers) == ("withdrawn", {})
    tasks.issue_approved(filled.pk)
    assert not Certificate.objects.exists()


@pytest.mark.parametrize(
    ("rows", "change"),
    [
        (Certificate.objects, {"holder": "Кто-то"}),
        (Certificate.objects, {"document_data": {}}),
        (Confirmation.objects, {"answers": {"surname": "Кто-то"}}),
        (Confirmation.objects, {"digest": "0" * 64}),
    ],
)
def test_erased_data_cannot_be_written_again(certificate, erase, rows, change):
    erase()
    with pytest.raises(Exception, match="Cannot update"):
        rows.update(**change)


def test_a_person_s_data_contain_the_documents(certificate, issued, applicant):
    export = request_export(user=applicant, proof=FreshProof(applicant.pk))
    build_export(export_id=export.pk)
    with DataExport.objects.get().file.open("rb") as file:
        archive = zipfile.ZipFile(io.BytesIO(file.read()))
    name = f"Свидетельство о публикации — Иванова М. П. — № {certificate.number}.pdf"
    assert archive.read(f"certificates/{name}") == issued
    assert "Иванова" in archive.read("certificates/applications.json").decode()


def test_a_registrar_erases_a_person_without_an_account(
    certificate, registrar, sign_in, page, deliver
):
    address = f"/registrar/certificates/{certificate.number}/erasure/"
    assert page.post(address).status_code == 403
    assert Certificate.objects.get().holder
    sign_in(registrar).post(address)
    deliver()
    assert Certificate.objects.get().holder == ""
    event = CertificateEvent.objects.get(action="certificate.erased")
    assert event.actor_label == "Регистратор"
