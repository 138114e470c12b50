"""The applicant's way, page by page."""

import pytest
from django.test import Client

from certificates.models import Application, Certificate, CertificateEvent

pytestmark = pytest.mark.django_db


def test_programmes_are_open_to_all(client, programme):
    page = client.get("/programmes/")
    assert "Свидетельство о публикации" in page.content.decode()
    assert "Сертификат участника" in page.content.decode()


def test_the_form_asks_in_russian(page, programme):
    shown = page.get("/programmes/publication/").content.decode()
    labels = ["Фамилия", "Имя", "Отчество", "нет отчества", "Должность", "Место работы"]
    labels += ["Название материала", "Ссылка на публикацию"]
    assert [label for label in labels if label not in shown] == []


def test_opening_a_form_writes_nothing(page, programme):
    page.get("/programmes/publication/")
    assert not Application.objects.exists()


def test_what_a_visitor_types_waits_for_sign_in(client, programme, applicant, answers):
    sent = client.post("/programmes/publication/", answers)
    assert sent.url.startswith("/accounts/login/?next=/programmes/publication/")
    client.force_login(applicant)
    page = client.get("/programmes/publication/", follow=True)
    assert Application.objects.get().answers["surname"] == "Иванова"
    assert 'value="Иванова"' in page.content.decode()


def test_a_draft_survives(page, filled, programme):
    assert 'value="Иванова"' in page.get("/programmes/publication/").content.decode()


def test_everything_answered_leads_to_the_read_back(page, programme, answers):
    sent = page.post("/programmes/publication/", answers, follow=True)
    assert "Документ составляется по данным, которые вы ввели" in sent.content.decode()
    assert [question.value for question in sent.context["loud"]] == [
        "Иванова",
        "Мария",
        "Петровна",
        "МБОУ «Школа № 5» города Калуги",
        "Развитие речи младших школьников",
    ]


def test_the_preview_is_a_picture_of_the_document(page, filled):
    picture = page.get(f"/applications/{filled.pk}/preview.png")
    assert picture.content.startswith(b"\x89PNG")


def test_no_stranger_sees_the_preview(filled, stranger, sign_in):
    assert sign_in(stranger).get(f"/applications/{filled.pk}/preview.png").status_code == 404


def test_confirmed_application_becomes_one_certificate_and_one_email(
    page, filled, confirm, deliver, sent_emails
):
    confirm(filled)
    deliver()
    certificate = Certificate.objects.get()
    assert certificate.holder == "Иванова Мария Петровна"
    assert certificate.document.open("rb").read(5) == b"%PDF-"
    [email] = sent_emails
    assert email.to == ["ivanova@yandex.ru"]
    assert f"/v/{certificate.printed_code}/document/" in email.body


def test_the_email_opens_the_document_without_signing_in(certificate, sent_emails):
    address = sent_emails[0].body.split("http://127.0.0.1:8000")[1].split()[0]
    document = Client().get(address)
    assert document["Content-Type"] == "application/pdf"
    assert b"".join(document.streaming_content).startswith(b"%PDF-")


def test_the_record_tells_every_step(certificate):
    acts = CertificateEvent.objects.values_list("action", flat=True)
    assert list(acts) == [
        "application.confirmed",
        "application.approved",
        "certificate.issued",
        "certificate.sealed",
        "certificate.email_sent",
    ]


def test_the_status_page_follows_until_the_document_is_ready(page, filled, confirm, deliver):
    confirm(filled)
    address = f"/applications/{filled.pk}/"
    waiting = page.get(address, headers={"hx-request": "true"}).content.decode()
    assert "Документ готовится" in waiting
    assert f'hx-get="{address}"' in waiting
    deliver()
    ready = page.get(address, headers={"hx-request": "true"}).content.decode()
    assert "Документ готов" in ready
    assert "hx-get" not in ready


def test_my_certificates_are_mine_alone(page, certificate, stranger, sign_in):
    assert certificate.number in page.get("/certificates/").content.decode()
    assert certificate.number not in sign_in(stranger).get("/certificates/").content.decode()


def test_the_document_is_for_its_holder(page, certificate, stranger, sign_in):
    address = f"/certificates/{certificate.number}/document/"
    assert page.get(address)["Content-Type"] == "application/pdf"
    assert sign_in(stranger).get(address).status_code == 404
    assert Client().get(address).url.startswith("/accounts/login/")
