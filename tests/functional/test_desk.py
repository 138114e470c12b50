"""The desk by keyboard alone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from accounts.models import User
from comments.actions import post_comment
from comments.models import Comment, CommentSettings
from comments.permissions import find_thread
from comments.states import State
from core.models import Site
from demo.articles import ARTICLES
from demo.people import EDITOR, READER

from .people import sign_in

WORDS = ["пара", "сосна", "берег", "книга", "поезд", "мастер", "завод", "урок", "город", "река"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture
def hold():
    """Let this many comments wait for an editor."""
    settings = CommentSettings.objects.get()
    CommentSettings.objects.update(rates=[], mode="premoderated")
    site = Site.objects.get()
    author = User.objects.get(email=READER.email)

    def post(count, tag):
        thread = find_thread(site.slug, ARTICLES[1].key)
        for number in range(count):
            said = " ".join(WORDS[(number * 7 + step * step) % 10] for step in range(12))
            text = f"{tag}{number}: {said} {number**3}"
            post_comment(author=author, thread=thread, text=text)
        return Comment.objects.filter(text__startswith=tag)

    yield post
    CommentSettings.objects.update(rates=settings.rates, mode=settings.mode)


def current(page):
    return page.locator('[data-item][aria-current="true"]:not([data-done])')


def test_an_editor_goes_through_a_hundred_by_keyboard(page, hold):
    held = hold(100, "Сотня")
    sign_in(page, EDITOR, then="/desk/")
    for number in range(100):
        expect(current(page)).to_be_focused()
        decided = current(page).get_attribute("id")
        if number % 10 == 9:
            page.keyboard.press("r")
            page.keyboard.press("2")
        else:
            page.keyboard.press("a")
        expect(page.locator(f"#{decided}[data-done]")).to_have_count(1)
    assert held.filter(state=State.PUBLISHED).count() == 90
    assert held.filter(state=State.REJECTED).count() == 10
    expect(page.locator("#count-held")).to_have_text("0")


def test_undo_note_and_moving_by_keyboard(page, hold):
    held = hold(3, "Тройка")
    sign_in(page, EDITOR, then="/desk/")
    expect(current(page)).to_contain_text("Тройка2")
    page.keyboard.press("j")
    expect(current(page)).to_contain_text("Тройка1")
    page.keyboard.press("k")
    page.keyboard.press("n")
    page.keyboard.type("Решили вместе")
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    expect(page.locator("[data-done]")).to_have_count(1)
    assert held.get(state=State.REJECTED).events.last().note == "Решили вместе"
    page.keyboard.press("u")
    expect(page.locator("[data-done]")).to_have_count(0)
    assert held.filter(state=State.HELD).count() == 3


def test_a_stale_decision_says_what_another_editor_did(open_browser, hold):
    hold(1, "Спор")
    first, second = open_browser(), open_browser()
    for page in (first, second):
        sign_in(page, EDITOR, then="/desk/")
        expect(current(page)).to_contain_text("Спор")
    first.keyboard.press("a")
    expect(first.locator("[data-done]")).to_have_count(1)
    second.keyboard.press("r")
    second.keyboard.press("1")
    expect(second.get_by_role("alert")).to_contain_text(EDITOR.name)


def test_without_a_connection_the_note_stays(page, hold):
    hold(1, "Обрыв")
    sign_in(page, EDITOR, then="/desk/")
    page.keyboard.press("n")
    page.keyboard.type("Не потеряйся")
    page.context.set_offline(True)
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    expect(page.get_by_text("Нет связи")).to_be_visible()
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("textarea").first).to_have_value("Не потеряйся")


@pytest.mark.parametrize("language", ["ru-RU", "en-US"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_at_the_desk(open_browser, hold, language, theme):
    hold(1, f"Доступно{language}{theme}")
    page = open_browser(locale=language)
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    sign_in(page, EDITOR, then="/desk/")
    author = Comment.objects.latest("id").author_id
    comment = Comment.objects.latest("id").pk
    for path in (
        "/desk/?words=x",
        "/desk/",
        f"/desk/comments/{comment}/",
        f"/desk/people/{author}/",
    ):
        page.goto(path)
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == []
