import re

from playwright.sync_api import expect

from accounts.models import User
from comments.models import Comment, Report
from demo.articles import ARTICLES
from demo.conversation import FIRST, QUESTION, THANKS
from demo.people import PASSWORD, SECOND_READER
from tests.support.browser.people import register, sign_in

ARTICLE = f"/articles/{ARTICLES[0].slug}/"
CLOSED_BLOCK = "Информация доступна только для зарегистрированных пользователей"


def test_a_stranger_reads_without_javascript(open_browser):
    page = open_browser(java_script_enabled=False)
    page.goto(ARTICLE)
    for text in (FIRST, QUESTION, THANKS):
        expect(page.locator("#comments article", has_text=text)).to_be_visible()
    expect(page.get_by_text(CLOSED_BLOCK)).to_be_visible()
    assert "По стране распределение другое" not in page.content()


def test_a_reader_registers_comes_back_comments_and_replies(page, email_to):
    page.goto(ARTICLE)
    page.locator("#otklik-form").get_by_role("link", name="Зарегистрироваться").click()
    register(page, email_to, email="vera@example.org", name="Вера Лыкова")
    expect(page).to_have_url(re.compile(ARTICLE))
    expect(page.get_by_text("По стране распределение другое")).to_be_visible()

    page.get_by_label("Ваш комментарий").fill("Хорошо, что назвали **цифры**.")
    page.get_by_role("button", name="Отправить").click()
    mine = page.locator("article", has_text="Хорошо, что назвали цифры.").last
    expect(mine.locator("strong")).to_have_text("цифры")

    mine.get_by_role("button", name="Ответить").click()
    page.get_by_label("Ваш ответ").fill("Добавлю: и регионы.")
    page.get_by_label("Ваш ответ").press("Control+Enter")
    reply = page.locator(".replies article", has_text="Добавлю: и регионы.")
    expect(reply).to_be_visible()
    author = User.objects.get(email="vera@example.org")
    first, second = Comment.objects.filter(author=author).order_by("id")
    assert second.parent_id == first.pk


def tab_to(page, goal, key="Tab"):
    """However long the discussion has grown; where the focus is, is seen."""
    # Who goes on with Tab before a dialog has been loaded keeps the focus where they went.
    goal.wait_for(state="attached")
    for _ in range(300):
        page.keyboard.press(key)
        if goal.evaluate("element => element.matches(':focus')"):
            assert goal.evaluate("element => getComputedStyle(element).outlineStyle") != "none"
            return
    raise AssertionError(f"no way by {key} to {goal}")


def test_a_reader_does_everything_by_keyboard(page):
    keys = page.keyboard
    page.goto(ARTICLE)
    expect(page.get_by_label("Ваш комментарий")).to_be_visible()
    tab_to(page, page.get_by_role("link", name="Войти").last)
    keys.press("Enter")
    tab_to(page, page.locator("input[name=login]"))
    keys.type(SECOND_READER.email)
    tab_to(page, page.locator("input[name=password]"))
    keys.type(PASSWORD)
    keys.press("Enter")

    expect(page.get_by_label("Ваш комментарий")).to_be_focused()
    keys.type("Набрано без мыши")
    tab_to(page, page.get_by_role("button", name="Правила обсуждения").first)
    keys.press("Enter")
    expect(page.get_by_role("dialog", name="Правила обсуждения")).to_be_visible()
    keys.press("Escape")
    expect(page.get_by_role("button", name="Правила обсуждения").first).to_be_focused()
    tab_to(page, page.get_by_role("button", name="Отправить"))
    keys.press("Enter")
    own = page.locator("article", has_text="Набрано без мыши").last
    expect(own).to_be_focused()

    tab_to(page, own.get_by_role("button", name="Исправить"))
    keys.press("Enter")
    expect(page.locator("article textarea")).to_be_focused()
    keys.press("Control+End")
    keys.type(", и исправлено тоже")
    keys.press("Control+Enter")
    own = page.locator("article", has_text="и исправлено тоже").last
    expect(own).to_be_focused()

    tab_to(page, own.get_by_role("button", name="Ответить"))
    keys.press("Enter")
    expect(page.get_by_label("Ваш ответ")).to_be_focused()
    keys.press("Escape")
    expect(own.get_by_role("button", name="Ответить")).to_be_focused()
    keys.press("Enter")
    keys.type("Ответ с клавиатуры")
    keys.press("Control+Enter")
    answer = page.locator("article", has_text="Ответ с клавиатуры").last
    expect(answer).to_be_focused()
    tab_to(page, answer.get_by_role("button", name="Отозвать"))
    keys.press("Enter")
    tab_to(page, page.get_by_role("dialog").get_by_role("button", name="Отозвать"))
    keys.press("Enter")
    # The focus moves to the placeholder, or to the form where no placeholder is shown.
    expect(page.locator("article:focus, textarea:focus")).to_have_count(1)
    assert Comment.objects.get(text="Ответ с клавиатуры").state == "withdrawn"


def test_a_reader_sorts_reports_and_mutes_by_keyboard(page):
    keys = page.keyboard
    sign_in(page, SECOND_READER, then=ARTICLE)
    newest = page.get_by_role("button", name="Сначала новые")
    expect(newest).to_be_visible()
    tab_to(page, newest)
    keys.press("Enter")
    expect(newest).to_have_attribute("aria-pressed", "true")
    expect(newest).to_be_focused()

    comment = page.locator("article", has_text=FIRST)
    liked = comment.get_by_role("button", name="Согласен").first
    tab_to(page, liked)
    keys.press("Space")
    expect(liked).to_have_attribute("aria-pressed", "true")
    expect(liked).to_be_focused()
    more = comment.get_by_role("button", name="Ещё действия")
    tab_to(page, more)
    keys.press("Enter")
    expect(more).to_have_attribute("aria-expanded", "true")
    report = comment.get_by_role("button", name="Пожаловаться")
    tab_to(page, report)
    keys.press("Enter")
    dialog = page.get_by_role("dialog")
    tab_to(page, dialog.get_by_role("radio").first)
    keys.press("ArrowDown")
    tab_to(page, dialog.get_by_label("Что добавить"))
    keys.type("Набрано с клавиатуры")
    tab_to(page, dialog.get_by_role("button", name="Отправить жалобу"))
    keys.press("Enter")
    expect(comment).to_be_focused()
    expect(comment.get_by_text("Вы пожаловались")).to_be_visible()
    assert Report.objects.get(note="Набрано с клавиатуры").comment.text == FIRST

    tab_to(page, comment.get_by_role("button", name="Скрывать автора"))
    keys.press("Enter")
    undo = page.get_by_role("status").get_by_role("button", name="Вернуть")
    expect(undo).to_be_visible()
    tab_to(page, undo)
    keys.press("Enter")
    expect(page.get_by_text(FIRST)).to_be_visible()
