"""The discussion on a page of another origin that allows nothing but Otklik."""

import urllib.request

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from comments.models import Comment, CommentSettings
from config.embedded import valkey
from core.models import Site
from demo.articles import ARTICLES
from demo.people import PASSWORD, READER

from .hosting import host_page

KEY = ARTICLES[0].key
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FIELD = "Ваш комментарий"


@pytest.fixture
def home(stack):
    """The address of a page of the publication on another origin."""
    port = valkey.free_port()
    Site.objects.update(origins=[stack.url, f"http://127.0.0.1:{port}"])
    CommentSettings.objects.update(rates=[])  # tests write faster than people
    with host_page(stack.url, key=KEY, port=port) as address:
        yield address


def sign_in_by_window(page, opener):
    """Press what opens the sign-in window, and sign in there."""
    with page.context.expect_page() as opened:
        opener.click()
    window = opened.value
    window.locator("input[name=login]").fill(READER.email)
    window.locator("input[name=password]").fill(PASSWORD)
    with window.expect_event("close"):
        window.locator("main form button:not([type=button])").first.click()


@pytest.fixture
def reader(page, home):
    page.goto(home)
    sign_in_by_window(page, page.get_by_role("button", name="Войти"))
    expect(page.get_by_role("status")).to_contain_text(f"Вы вошли как {READER.name}")
    return page


def article(page, text):
    return page.locator("article", has_text=text).last


def post(page, text):
    page.get_by_label(FIELD).fill(text)
    page.get_by_role("button", name="Отправить").click()
    return article(page, text)


def test_draft_outlives_the_sign_in_window(page, home):
    page.goto(home)
    page.get_by_label(FIELD).fill("Набрано до входа")
    sign_in_by_window(page, page.get_by_role("button", name="Отправить"))
    expect(page.get_by_label(FIELD)).to_have_value("Набрано до входа")
    expect(page.get_by_label(FIELD)).to_be_focused()
    page.get_by_role("button", name="Отправить").click()
    expect(article(page, "Набрано до входа")).to_be_focused()
    assert Comment.objects.get(text="Набрано до входа").author.email == READER.email


def test_reader_edits_answers_reacts_and_withdraws(reader):
    own = post(reader, "Опечатко в виджете")
    own.get_by_role("button", name="Исправить").click()
    reader.locator("article textarea").fill("Опечатка в виджете")
    reader.get_by_role("button", name="Сохранить").click()
    own = article(reader, "Опечатка в виджете")
    expect(own.get_by_text("исправлен", exact=True)).to_be_visible()

    own.get_by_role("button", name="Согласен: 0", exact=True).click()
    expect(own.get_by_role("button", name="Согласен: 1")).to_have_attribute("aria-pressed", "true")

    own.get_by_role("button", name="Ответить").click()
    reader.get_by_label("Ваш ответ").fill("Отвечаю **себе**")
    reader.get_by_label("Ваш ответ").press("Control+Enter")
    answer = article(reader, "Отвечаю себе")
    expect(answer).to_be_focused()
    assert Comment.objects.get(text="Отвечаю **себе**").parent.text == "Опечатка в виджете"

    answer.get_by_role("button", name="Отозвать").click()
    reader.get_by_role("dialog").get_by_role("button", name="Отозвать").click()
    expect(reader.get_by_text("Комментарий отозван автором")).to_be_visible()
    assert Comment.objects.get(text="Отвечаю **себе**").state == "withdrawn"


def test_refused_text_says_why_and_outlives_a_reload(reader, home):
    long = "Слишком длинно, но по делу. " * 150
    reader.get_by_label(FIELD).fill(long)
    reader.get_by_role("button", name="Отправить").click()
    expect(reader.locator(".error p")).to_contain_text("Сократите")
    expect(reader.get_by_label(FIELD)).to_have_value(long)
    reader.reload()
    expect(reader.get_by_label(FIELD)).to_have_value(long)


def test_expired_sign_in_keeps_the_text(reader, home):
    reader.evaluate("for (const k in localStorage) if (/token/.test(k)) localStorage[k] = 'gone'")
    reader.get_by_label(FIELD).fill("Вход устарел, текст жив")
    reader.reload()
    expect(reader.get_by_label(FIELD)).to_have_value("Вход устарел, текст жив")
    expect(reader.get_by_role("button", name="Войти")).to_be_visible()


def test_what_comes_meanwhile_is_announced_and_shown(reader, home, open_browser):
    other = open_browser()
    other.goto(home)
    expect(other.locator("article").first).to_be_visible()
    post(reader, "Пришло, пока читали")
    fresh = other.get_by_role("button", name="новый комментарий")
    expect(fresh).to_be_visible()
    expect(article(other, "Пришло, пока читали")).to_have_count(0)
    fresh.click()
    expect(article(other, "Пришло, пока читали")).to_be_visible()


def test_address_of_one_comment_opens_it(page, home):
    comment = Comment.objects.filter(state="published", depth__gt=0).first()
    page.goto(f"{home}/#comment-{comment.pk}")
    expect(page.locator(f"#comment-{comment.pk}")).to_be_focused()


def test_person_is_muted_in_this_browser_alone(page, home):
    page.goto(home)
    first = page.locator("article").first
    said = first.locator(".text").inner_text()
    first.get_by_role("button", name="Ещё действия").click()
    first.get_by_role("button", name="Скрывать автора").click()
    expect(page.get_by_text(said)).to_have_count(0)
    page.reload()
    expect(page.get_by_text("Вы скрываете комментарии").first).to_be_visible()


def test_rules_and_the_complaints_address_stand_at_the_form(page, home):
    page.goto(home)
    expect(page.get_by_role("link", name="redaktor@demo.example")).to_be_visible()
    page.get_by_role("button", name="Правила обсуждения").click()
    expect(page.get_by_role("dialog")).to_contain_text("Оскорбления и травля")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_included_html_is_read_without_scripts(stack, open_browser):
    address = f"{stack.url}/threads/html/?site=vesti&key={KEY}"
    with urllib.request.urlopen(address) as answer:
        included = answer.read().decode()
    with host_page(stack.url, key=KEY, port=valkey.free_port(), included=included) as home:
        page = open_browser(java_script_enabled=False)
        page.goto(home)
        expect(page.get_by_text("Была на защите в Калуге")).to_be_visible()


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_a_phone(stack, open_browser, language, theme):
    port = valkey.free_port()
    Site.objects.update(origins=[stack.url, f"http://127.0.0.1:{port}"])
    # The checker is a script of ours: this page alone has to let it in.
    page = open_browser(viewport={"width": 320, "height": 800}, bypass_csp=True)
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    with host_page(stack.url, key=KEY, port=port, language=language) as home:
        page.goto(home)
        expect(page.locator("article").first).to_be_visible()
        page.add_style_tag(content="html { background: Canvas; color: CanvasText }")
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") == 320
