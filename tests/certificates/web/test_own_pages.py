"""The applicant's own lists and pages: what each row is about, and what can be done with it."""

import hashlib
import json

import pytest
from django.test import Client
from lxml import html

from certificates.models import Application, Programme
from certificates.register.erasure import erase_holder
from certificates.register.revocation import revoke_certificate
from certificates.states import CertificateStatus
from tests.support.answers import ANSWERS

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}
WORK = "Развитие речи младших школьников"


@pytest.fixture
def english(page):
    page.post("/i18n/setlang/", {"language": "en", "next": "/"})
    return page


def parsed(answer):
    return html.fromstring(answer.content.decode())


def entries(answer):
    return parsed(answer).find_class("entry")


def badges(entry):
    return {badge.text_content().strip(): badge.get("class") for badge in entry.find_class("badge")}


def revoke(certificate, registrar):
    revoke_certificate(
        certificate=certificate,
        actor=registrar,
        reason="Материал снят",
        expected=CertificateStatus.VALID,
    )


def test_rows_of_certificates_say_what_each_is_about(page, certificate):
    [entry] = entries(page.get("/certificates/"))
    shown = " ".join(entry.text_content().split())
    assert WORK in shown
    assert "Свидетельство о публикации" in shown
    assert f"№ {certificate.number}" in shown
    assert badges(entry) == {"действительно": "badge badge--good"}


def test_revoked_certificate_is_marked_as_a_danger(page, certificate, registrar):
    revoke(certificate, registrar)
    [entry] = entries(page.get("/certificates/"))
    assert badges(entry) == {"аннулировано": "badge badge--danger"}
    assert "Поделиться" not in entry.text_content()


def test_erased_certificate_offers_no_download(page, certificate, registrar):
    document = f"/certificates/{certificate.number}/document/"
    assert document in page.get("/certificates/").content.decode()
    erase_holder(certificate=certificate, actor=registrar)
    [entry] = entries(page.get("/certificates/"))
    assert document not in html.tostring(entry).decode()
    assert "данные стёрты" in badges(entry)
    own = page.get(f"/certificates/{certificate.number}/").content.decode()
    assert document not in own
    assert "ваши данные стёрты" in own
    assert "picture/" not in own


def test_rows_of_applications_say_what_each_is_about(page, certificate, registrar, filled):
    [entry] = entries(page.get("/applications/"))
    assert WORK in entry.text_content()
    assert badges(entry) == {"одобрена": "badge badge--good"}
    revoke(certificate, registrar)
    [entry] = entries(page.get("/applications/"))
    assert badges(entry)["аннулировано"] == "badge badge--danger"


def test_application_without_a_title_shows_its_programme(page, programme):
    page.post("/programmes/publication/", {"surname": "Иванова"})
    [entry] = entries(page.get("/applications/"))
    assert entry.find_class("entry-title")[0].text_content() == "Свидетельство о публикации"


def spoken_in_russian(answer, text):
    """Return True if a screen reader of an English page would pronounce this text in Russian."""
    places = [
        element
        for element in parsed(answer).find(".//main").iter()
        if isinstance(element.tag, str) and text in (element.text or "")
    ]
    languages = [
        next(one.get("lang") for one in (place, *place.iterancestors()) if one.get("lang"))
        for place in places
    ]
    assert languages, f"{text} is not on the page"
    return set(languages) == {"ru"}


def test_russian_words_on_english_pages_are_marked_as_russian(
    english, certificate, return_it, confirm
):
    Programme.objects.update(approval="registrar")
    for path in ("/certificates/", f"/certificates/{certificate.number}/", "/applications/"):
        assert spoken_in_russian(english.get(path), WORK), path
    english.post("/programmes/publication/", {**ANSWERS, "title": "Другая работа"})
    other = Application.objects.latest("pk")
    confirmation = english.get(f"/applications/{other.pk}/confirmation/")
    assert spoken_in_russian(confirmation, "Другая работа")
    confirm(other, english)
    return_it(other)
    shown = english.get(f"/applications/{other.pk}/")
    for text in ("Другая работа", "Проверьте название", "Иванова"):
        assert spoken_in_russian(shown, text), text


def test_withdrawal_leaves_the_page_with_the_status(page, filled, confirm, deliver):
    confirm(filled)
    address = f"/applications/{filled.pk}/"
    withdrawal = f"{address}withdrawal/"
    whole = page.get(address).content.decode()
    assert withdrawal in whole.split('id="status"')[1].split("</section>")[0]
    assert withdrawal in page.get(address, headers=HTMX).content.decode()
    deliver()
    assert withdrawal not in page.get(address, headers=HTMX).content.decode()


def test_confirmed_answers_prove_their_digest(page, certificate, filled):
    confirmation = filled.confirmations.get()
    shown = page.get(f"/applications/{filled.pk}/").content.decode()
    assert confirmation.digest in shown
    file = page.get(f"/applications/{filled.pk}/confirmed.json")
    assert hashlib.sha256(file.content).hexdigest() == confirmation.digest
    assert json.loads(file.content)["surname"] == "Иванова"
    assert file["Content-Disposition"].startswith("attachment")


def test_erased_answers_are_in_no_file(page, certificate, registrar, filled):
    erase_holder(certificate=certificate, actor=registrar)
    assert page.get(f"/applications/{filled.pk}/confirmed.json").status_code == 404
    assert "confirmed.json" not in page.get(f"/applications/{filled.pk}/").content.decode()


def test_a_draft_has_no_confirmed_answers(page, filled):
    assert page.get(f"/applications/{filled.pk}/confirmed.json").status_code == 404


def test_each_answer_read_back_leads_to_its_field(page, filled):
    shown = parsed(page.get(f"/applications/{filled.pk}/confirmation/"))
    links = {link.get("href"): link.text_content() for link in shown.find_class("answer-change")}
    assert links["/programmes/publication/#answer-surname"] == "Изменить: Фамилия"
    assert links["/programmes/publication/#answer-url"] == "Изменить: Ссылка на публикацию"
    order = [element.get("class") for element in shown.iter() if isinstance(element.tag, str)]
    assert order.index("preview") < order.index("button button--primary")


def test_correction_reads_back_what_it_changes_and_goes_on_in_its_own_form(page, certificate):
    page.post(f"/certificates/{certificate.number}/correction/")
    correction = Application.objects.get(corrects=certificate)
    form = f"/applications/{correction.pk}/edit/"
    page.post(form, {"surname": "Иванина"})
    shown = parsed(page.get(f"/applications/{correction.pk}/confirmation/"))
    [before] = shown.iter("del")
    assert before.text_content() == "Было: Иванова"
    assert {link.get("href").partition("#")[0] for link in shown.find_class("answer-change")} == {
        form
    }
    assert form in page.get(f"/applications/{correction.pk}/").content.decode()


def test_certificate_is_shared_by_links_that_load_nothing(page, certificate):
    shown = parsed(page.get(f"/certificates/{certificate.number}/"))
    links = [link.get("href") for link in shown.iter("a") if link.get("target") == "_blank"]
    hosts = [link.split("/")[2] for link in links]
    assert hosts == ["vk.com", "t.me", "www.linkedin.com"]
    assert all(certificate.printed_code in link for link in links)
    assert not [source for source in shown.xpath("//@src") if source.startswith("http")]
    assert certificate.printed_code in shown.xpath("//button/@data-copy")[0]


def test_printed_page_of_a_certificate_has_the_document_and_no_controls(page, certificate):
    main = parsed(page.get(f"/certificates/{certificate.number}/")).find(".//main")
    for section in main.find_class("no-print"):
        section.drop_tree()
    assert main.xpath(".//img[contains(@src, 'picture/')]")
    assert not main.xpath(".//input[@type='radio']")
    text = main.text_content()
    assert "В нём ошибка" not in text
    assert "Письмо" not in text


def test_only_the_applicant_and_registrars_have_the_confirmed_answers(
    certificate, filled, sign_in, stranger, registrar
):
    address = f"/applications/{filled.pk}/confirmed.json"
    assert sign_in(registrar).get(address).status_code == 200
    assert sign_in(stranger).get(address).status_code == 404
    assert Client().get(address).status_code == 302


@pytest.mark.usefixtures("by_hand")
def test_receipt_goes_out_where_a_registrar_decides(filled, confirm, deliver, sent_emails):
    confirm(filled)
    deliver()
    [receipt] = sent_emails
    assert receipt.subject.startswith("Ваша заявка ждёт регистратора")
    assert filled.confirmations.get().digest in receipt.body
    assert "Фамилия: Иванова" in receipt.body


def test_document_is_its_own_receipt_and_names_the_way_to_a_correction(
    page, certificate, sent_emails, filled
):
    [email] = sent_emails
    assert filled.confirmations.get().digest in email.body
    assert f"/certificates/{certificate.number}/" in email.body
