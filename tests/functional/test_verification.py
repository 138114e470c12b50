"""A commission before a document: in a browser, as a file."""

from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from playwright.sync_api import expect

from certificates.models import Certificate
from demo.people import READER
from tests.support.browser.applying import PROGRAMME, confirm, fill_in
from tests.support.browser.holding import held_back
from tests.support.browser.people import sign_in
from tests.support.waiting import wait_for


@pytest.fixture(scope="module")
def document():
    """Made once for the tests below; asked for by the first that needs it."""
    return {}


@pytest.fixture
def issued(document, stack, open_browser, tmp_path):
    if not document:
        page = open_browser()
        sign_in(page, READER, then=PROGRAMME)
        fill_in(page, surname="Проверкина", email="verify@example.org", open_it=False)
        confirm(page)
        made = Certificate.objects.filter(holder__startswith="Проверкина", sealed_at__isnull=False)
        document["name"] = wait_for(made.first).document.name
    path = tmp_path / "document.pdf"
    path.write_bytes((stack.directory / "media" / document["name"]).read_bytes())
    return path


WORDS = {
    "ru-RU": ("Свидетельство действительно", ["Документ", "Номер", "Кому выдано", "Кем выдано"]),
    "en-US": ("The certificate is valid", ["Document", "Number", "Issued to", "Issued by"]),
}


@pytest.fixture
def verdict_page(issued, open_browser):
    """The page behind the QR code."""

    def open_in(locale, **options):
        certificate = Certificate.objects.filter(holder__startswith="Проверкина")[0]
        page = open_browser(locale=locale, **options)
        page.goto(f"/v/{certificate.printed_code}/")
        return page

    return open_in


@pytest.mark.parametrize("locale", WORDS)
def test_printed_it_is_one_sheet_with_the_verdict_and_nothing_to_click(verdict_page, locale):
    page = verdict_page(locale, color_scheme="dark")
    printed = pypdfium2.PdfDocument(page.pdf(format="A4"))
    said = " ".join(printed[0].get_textpage().get_text_range().split())
    heading, terms = WORDS[locale]
    assert len(printed) == 1
    assert all(word in said for word in [heading, *terms, "Проверкина Анна Сергеевна"])
    buttons = [button.inner_text().strip() for button in page.get_by_role("button").all()]
    assert [words for words in filter(None, buttons) if f" {words} " in said] == []
    corner = printed[0].render(scale=0.2).to_pil().convert("L").getpixel((2, 2))
    assert corner == 255


@pytest.mark.parametrize("locale", WORDS)
def test_a_screen_reader_hears_the_verdict_first_and_each_fact_by_its_name(verdict_page, locale):
    page = verdict_page(locale)
    heading, terms = WORDS[locale]
    main = page.get_by_role("main")
    assert main.get_by_role("heading", level=1).all_inner_texts() == [heading]
    tree = main.aria_snapshot()
    places = [tree.index(f"- term: {term}\n") for term in terms]
    assert tree.index(f'heading "{heading}" [level=1]') < places[0]
    assert places == sorted(places)
    assert tree.count("- term: ") == tree.count("- definition")
    assert page.get_by_text("Проверкина Анна Сергеевна").get_attribute("lang") == "ru"


def choose(page, path):
    page.goto("/verify/")
    page.get_by_label("Файл PDF").set_input_files(path)


def test_a_whole_file_is_known_by_its_digest_and_never_sent(page, issued):
    posted = []
    page.on("request", lambda request: posted.append(request.method == "POST"))
    choose(page, issued)
    expect(page.get_by_role("heading", name="Свидетельство действительно")).to_be_visible()
    expect(page.get_by_text("Файл тот самый")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Проверкина Анна Сергеевна")
    assert "?digest=" in page.url
    assert not any(posted)


def test_a_file_chosen_before_the_script_came_is_looked_up(page, issued):
    with held_back(page, "**/verify*.js"):
        with page.expect_request("**/verify*.js"):
            page.goto("/verify/", wait_until="commit")
        page.get_by_label("Файл PDF").set_input_files(issued)
    expect(page.get_by_text("Файл тот самый")).to_be_visible()


def test_an_altered_file_is_sent_and_found_out(page, issued):
    with pikepdf.open(BytesIO(issued.read_bytes())) as pdf:
        stream = pdf.Root.AF[0].EF.F
        stream.write(stream.read_bytes().replace("Проверкина".encode(), "Самозванцева".encode()))
        pdf.save(issued)
    choose(page, issued)
    expect(page.get_by_role("heading", name="Файл изменён после выдачи")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="Самозванцева")
    expect(row).to_contain_text("Проверкина Анна Сергеевна")


def test_without_scripts_the_file_is_simply_sent(open_browser, issued):
    page = open_browser(java_script_enabled=False)
    choose(page, issued)
    page.get_by_role("button", name="Проверить файл").click()
    expect(page.get_by_role("heading", name="Свидетельство действительно")).to_be_visible()


def test_a_photograph_is_reported_as_not_a_pdf(page, stack, tmp_path):
    path = tmp_path / "scan.pdf"
    path.write_bytes(b"\xff\xd8\xff\xe0 not a PDF")
    choose(page, path)
    expect(page.get_by_role("heading", name="Файл не удалось прочитать")).to_be_visible()
