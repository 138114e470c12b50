import pytest

from certificates.issuing import document_data
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


def lines_of(certificate):
    return {line["key"]: line["value"] for line in certificate.document_data["lines"]}


def test_choices_of_an_english_document_are_english(page, programme, confirm, deliver):
    certificate = issued(page, confirm, deliver, document_language="английский")
    assert lines_of(certificate)["form_of_participation"] == "in person"
    assert certificate.application.answers["form_of_participation"] == "очная"


def test_choices_of_a_russian_document_are_russian(page, programme, confirm, deliver):
    certificate = issued(page, confirm, deliver)
    assert lines_of(certificate)["form_of_participation"] == "очная"


def test_choices_of_the_english_form_are_english(client, page, programme, confirm):
    page.post("/i18n/setlang/", {"language": "en", "next": "/"})
    form = page.get("/programmes/participation/").content.decode()
    assert '<option value="очная">in person</option>' in form
    assert ">очная<" not in form
    page.post("/programmes/participation/", ANSWERS)
    application = Application.objects.get()
    read_back = page.get(f"/applications/{application.pk}/confirmation/").content.decode()
    assert "in person" in read_back
    assert "10 December 2024" in read_back
    assert "очная" not in read_back


def test_english_verification_shows_choices_in_english(client, page, programme, confirm, deliver):
    certificate = issued(page, confirm, deliver)
    client.post("/i18n/setlang/", {"language": "en", "next": "/"})
    shown = client.get(f"/v/{certificate.printed_code}/").content.decode()
    assert '<dt lang="en">Form of participation</dt><dd lang="en">in person</dd>' in shown


def test_english_answer_to_a_choice_is_taken(page, programme, confirm, deliver):
    certificate = issued(page, confirm, deliver, form_of_participation="In person")
    assert lines_of(certificate)["form_of_participation"] == "очная"


@pytest.mark.parametrize(
    ("name", "statement"),
    [
        ({"patronymic": "Петровна"}, "приняла участие в мероприятии"),
        (
            {"surname": "Орлов", "given_name": "Пётр", "patronymic": "Ильич"},
            "принял участие в мероприятии",
        ),
        ({"patronymic": "", "patronymic_none": "yes"}, "приняла участие в мероприятии"),
        (
            {"given_name": "Саша", "patronymic": "", "patronymic_none": "yes"},
            "принял(а) участие в мероприятии",
        ),
    ],
)
def test_statement_has_the_gender_of_the_name(page, programme, confirm, name, statement):
    page.post("/programmes/participation/", ANSWERS | name)
    application = Application.objects.get()
    confirm(application)
    template = application.programme.template.active
    assert document_data.of_application(application, template).statement == statement
