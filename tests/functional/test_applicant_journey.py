import re
import urllib.request

import pypdfium2
from playwright.sync_api import expect

from certificates.models import Application, Certificate
from demo.people import READER
from tests.support.browser.applying import PROGRAMME, fill_in
from tests.support.browser.people import sign_in, sign_in_by_form


def shown_width(page):
    return page.locator(".preview img").first.evaluate("image => image.naturalWidth")


def sheets(page):
    return len(pypdfium2.PdfDocument(page.pdf(format="A4")))


def test_an_applicant_receives_a_sealed_document_that_a_stranger_verifies(open_browser, email_to):
    page = open_browser()
    sign_in_by_form(page, READER, then=PROGRAMME)
    fill_in(page, surname="Лебедева", email="lebedeva@example.org", open_it=False)
    expect(page.locator(".preview img").first).to_be_visible()
    assert shown_width(page) > 0
    page.get_by_role("button", name="Проверить и продолжить").last.click()
    expect(page.get_by_text("по данным, которые вы ввели")).to_be_visible()
    page.get_by_role("button", name="Всё верно, подтверждаю").click()
    expect(page.get_by_role("link", name="Открыть документ")).to_be_visible()
    expect(page.get_by_text("Отозвать заявку")).to_have_count(0)
    assert sheets(page) == 1

    message = email_to("lebedeva@example.org", "/v/")
    link = re.search(r"https?://\S+/document/", message.text).group(0)
    certificate = Certificate.objects.get(application__answers__surname="Лебедева")
    with urllib.request.urlopen(link) as answer:
        assert answer.read(5) == b"%PDF-"
    assert certificate.application.status == "approved"

    page.goto(f"/certificates/{certificate.number}/")
    expect(page.locator(".document-picture img")).to_be_visible()
    assert sheets(page) == 1

    stranger = open_browser()
    stranger.goto(f"/v/{certificate.code}/")
    expect(stranger.get_by_text("Свидетельство действительно")).to_be_visible()
    expect(stranger.locator("main")).to_contain_text("Лебедева")
    expect(stranger.locator("main")).to_contain_text("Практика на действующей подстанции")


def test_a_double_click_confirms_once(open_browser):
    page = open_browser()
    sign_in(page, READER, then=PROGRAMME)
    fill_in(page, surname="Двойникова", email="twice@example.org", open_it=False)
    page.get_by_role("button", name="Проверить и продолжить").last.click()
    page.get_by_role("button", name="Всё верно, подтверждаю").dblclick()
    expect(page).to_have_url(re.compile(r"/applications/\d+/"))
    assert Application.objects.filter(answers__surname="Двойникова").count() == 1
    assert Certificate.objects.filter(application__answers__surname="Двойникова").count() <= 1
