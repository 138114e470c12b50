import re

from playwright.sync_api import expect

from accounts.models import User
from comments.models import Comment
from demo.articles import ARTICLES
from demo.conversation import FIRST, QUESTION, THANKS

ARTICLE = f"/articles/{ARTICLES[0].slug}/"
CLOSED_BLOCK = "Информация доступна только для зарегистрированных пользователей"
PASSWORD = "сосны-у-озера-71"


def register(page, letter_to, *, email, name):
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=display_name]").fill(name)
    page.locator("input[name=password1]").fill(PASSWORD)
    page.locator("main form .button--primary").click()
    code = page.locator("input[name=code]")
    expect(code).to_be_visible()
    code.fill(re.search(r"^\s*(\d{6})\s*$", letter_to(email).text, re.MULTILINE).group(1))
    code.press("Enter")


def test_a_stranger_reads_without_javascript(open_browser):
    page = open_browser(java_script_enabled=False)
    page.goto(ARTICLE)
    for text in (FIRST, QUESTION, THANKS):
        expect(page.locator("#comments article", has_text=text)).to_be_visible()
    expect(page.get_by_text(CLOSED_BLOCK)).to_be_visible()
    assert "По стране распределение другое" not in page.content()


def test_a_reader_registers_comes_back_comments_and_replies(page, letter_to):
    page.goto(ARTICLE)
    page.get_by_role("link", name="Зарегистрироваться").click()
    register(page, letter_to, email="vera@example.org", name="Вера Лыкова")
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
