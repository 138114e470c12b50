import pytest

from certificates.models import Application

pytestmark = pytest.mark.django_db

ANSWERS = {
    "surname": "Иванова",
    "given_name": "Мария",
    "patronymic": "Петровна",
    "latin_name": "Maria Ivanova",
    "position": "учитель математики",
    "institution": "МБОУ «Школа № 5» города Калуги",
    "event": "Практика на подстанции",
    "held_on": "10.12.2024",
    "form_of_participation": "очная",
    "email": "ivanova@yandex.ru",
}


def issued(page, confirm, deliver, **more):
    page.post("/programmes/participation/", ANSWERS | more)
    application = Application.objects.get()
    confirm(application)
    deliver()
    return application.issued_certificate


def test_a_document_in_english_when_chosen(page, programme, confirm, deliver):
    certificate = issued(page, confirm, deliver, document_language="английский")
    assert certificate.language == "en"
    assert certificate.title == "Certificate of Participation"
    assert certificate.holder == "Maria Ivanova"
    assert "document_language" not in [line["key"] for line in certificate.document_data["lines"]]


def test_in_russian_unless_chosen(page, programme, confirm, deliver, sent_emails):
    certificate = issued(page, confirm, deliver)
    assert certificate.title == "Сертификат участника"
    assert certificate.holder == "Иванова Мария Петровна"
    assert "Документ готов" in sent_emails[0].body


def test_the_pages_speak_english(client, page, certificate):
    client.post("/i18n/setlang/", {"language": "en", "next": "/"})
    shown = client.get(f"/v/{certificate.printed_code}/").content.decode()
    assert "The certificate is valid" in shown
    form = client.get("/programmes/publication/").content.decode()
    assert "Certificate of Publication" in form
    assert "Surname" in form
