"""That everybody can use it: by keyboard, by ear, large, in the dark, in high contrast."""

import pytest
from playwright.sync_api import expect

from demo.articles import ARTICLES
from demo.people import EDITOR, READER, SECOND_READER
from tests.support.browser.axe import axe_violations
from tests.support.browser.discussions import FIELD, article, say, send
from tests.support.browser.people import sign_in

ARTICLE = f"/articles/{ARTICLES[0].slug}/"
SHOUT = "ВСЕ ПИШУТ ГРОМКО И ТОЛЬКО ЗАГЛАВНЫМИ, ЗНАЧИТ, ТАК ЗДЕСЬ ПРИНЯТО"


def faults(page):
    return [(fault["id"], fault["nodes"][0]["html"]) for fault in axe_violations(page)]


def is_narrow(page):
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_a_phone(open_browser, hosted, language, theme):
    # The checker is a script of ours: this page alone has to let it in.
    page = open_browser(viewport={"width": 320, "height": 800}, bypass_csp=True)
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.goto(hosted(ARTICLES[0].key, language=language))
    expect(page.locator("article").first).to_be_visible()
    page.add_style_tag(content="html { background: Canvas; color: CanvasText }")
    assert faults(page) == []
    page.locator(".note button").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert faults(page) == []
    assert is_narrow(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_midst_of_writing(open_browser, theme):
    page = open_browser(viewport={"width": 320, "height": 800}, bypass_csp=True)
    page.emulate_media(color_scheme=theme)
    sign_in(page, READER, then=ARTICLE)
    send(page, f"{SHOUT} {theme}")
    expect(page.locator("article.own").first).to_be_visible()
    send(page, "Слишком длинно, но по делу. " * 150)
    expect(page.locator(".error p")).to_be_visible()
    other = page.locator("article.comment", has_text=SECOND_READER.name).first
    other.get_by_role("button", name="Ещё действия").click()
    other.get_by_role("button", name="Ответить").click()
    expect(page.get_by_label("Ваш ответ")).to_be_focused()
    assert faults(page) == []
    other.get_by_role("button", name="Пожаловаться").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert faults(page) == []
    assert is_narrow(page)


def test_at_four_times_the_size_nothing_is_cut_off(open_browser, hosted):
    key = "large"
    say(key, f"Оченьдлинное{'слово' * 40} https://example.org/{'a' * 200}")
    say(key, "مرحبا بالعالم 👩‍👩‍👧‍👦", by=SECOND_READER)
    # 1280 pixels at 400 % are 320 (WCAG 1.4.10).
    page = open_browser(viewport={"width": 320, "height": 256}, device_scale_factor=4)
    page.goto(hosted(key))
    expect(article(page, "Оченьдлинное")).to_be_visible()
    assert is_narrow(page)
    arabic = article(page, "مرحبا").locator(".text")
    assert arabic.evaluate("element => element.matches(':dir(rtl)')")


def test_buttons_say_whose_comment_they_are_about(page, hosted):
    key = "names"
    say(key, "Как меня слышно?", by=SECOND_READER)
    page.goto(hosted(key))
    comment = article(page, "Как меня слышно?")
    comment.get_by_role("button", name="Ещё действия").click()
    name = SECOND_READER.name
    expect(comment).to_have_accessible_name(f"Комментарий: {name}")
    expect(comment.get_by_role("button")).to_have_count(6)
    for number, label in enumerate(
        [
            f"Согласен: 0. Комментарий: {name}",
            f"Не согласен: 0. Комментарий: {name}",
            f"Ответить: {name}",
            f"Ещё действия: {name}",
            f"Пожаловаться: {name}",
            f"Скрывать автора: {name}",
        ]
    ):
        expect(comment.get_by_role("button").nth(number)).to_have_accessible_name(label)
    say(key, "И ещё раз?", by=SECOND_READER)
    page.reload()
    replies = page.get_by_role("button", name=f"Ответить: {name}, ")
    expect(replies).to_have_count(2)  # with their times


@pytest.mark.parametrize(
    ("language", "marks", "badge"),
    [("ru", (None, "en"), "Редакция"), ("en", ("ru", None), "Editorial team")],
)
def test_comments_name_their_language_and_the_editors(page, hosted, language, marks, badge):
    russian, english = marks
    key = f"letters-{language}"
    # The same text twice by one person is refused.
    say(key, f"По-русски, https://example.org/a/long/address/of/a/page/{language}")
    say(key, f"In **English**, Владимир ({language})", by=EDITOR)
    page.goto(hosted(key, language=language))
    for text, expected in (("По-русски", russian), ("In English", english)):
        shown = article(page, text)
        expect(shown).to_be_visible()
        assert shown.locator(".text").get_attribute("lang") == expected
        assert shown.locator("b").get_attribute("lang") == russian  # both names are Russian
    expect(article(page, "In English").locator(".badge")).to_have_text(badge)
    expect(article(page, "По-русски").locator(".badge")).to_have_count(0)


def test_what_is_printed_is_the_discussion_alone(page, hosted):
    say("printed", "Останется на бумаге")
    page.goto(hosted("printed"))
    comment = article(page, "Останется на бумаге")
    expect(comment).to_be_visible()
    page.emulate_media(media="print")
    expect(comment.locator(".text")).to_be_visible()
    for useless in ("textarea", "button", ".note", "footer"):
        for one in page.locator(f"otklik-comments {useless}").all():
            expect(one).to_be_hidden()
    time = comment.locator("time")
    printed = time.evaluate("element => getComputedStyle(element, '::after').content")
    assert printed == f'"{time.get_attribute("title")}"'


def test_theme_follows_the_page_and_obeys_its_properties(page, hosted):
    page.goto(hosted("theme"))
    button = page.locator("otklik-comments .primary").first
    ground = "element => getComputedStyle(element).backgroundColor"
    expect(button).to_have_css("background-color", "rgb(29, 68, 136)")
    page.emulate_media(color_scheme="dark")
    expect(button).to_have_css("background-color", "rgb(163, 189, 245)")
    widget = page.locator("otklik-comments")
    widget.evaluate("element => element.setAttribute('theme', 'light')")
    expect(button).to_have_css("background-color", "rgb(29, 68, 136)")
    widget.evaluate("element => element.style.setProperty('--otklik-accent', 'rgb(1, 2, 3)')")
    assert button.evaluate(ground) == "rgb(1, 2, 3)"
    widget.evaluate("element => element.style.setProperty('--otklik-font', 'monospace')")
    expect(button).to_have_css("font-family", "monospace")


def test_pressed_reaction_is_seen_in_high_contrast(open_browser):
    page = open_browser(forced_colors="active")
    sign_in(page, READER, then=ARTICLE)
    # The reader's own comments have no such button.
    liked = page.get_by_role("button", name="Согласен").first
    before = liked.evaluate("element => getComputedStyle(element).borderColor")
    if liked.get_attribute("aria-pressed") == "false":
        liked.click()
    expect(liked).to_have_attribute("aria-pressed", "true")
    assert liked.evaluate("element => getComputedStyle(element).borderColor") != before


def test_nothing_moves_for_those_who_asked_for_less_motion(page, hosted):
    page.emulate_media(reduced_motion="reduce")
    page.goto(hosted("still"))
    expect(page.get_by_label(FIELD)).to_be_visible()
    assert page.evaluate("document.getAnimations().length") == 0
    moving = """host => [...host.shadowRoot.querySelectorAll('*')]
        .filter((element) => getComputedStyle(element).transitionDuration !== '0s').length"""
    assert page.locator("otklik-comments").evaluate(moving) == 0
