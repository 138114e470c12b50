"""The desk by keyboard alone."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import User
from comments.actions import post_comment
from comments.models import Comment, CommentSettings
from comments.permissions import find_thread
from comments.states import State
from core.models import Site
from demo.articles import ARTICLES
from demo.people import ADMINISTRATOR, EDITOR, READER
from tests.support.browser.holding import held_back
from tests.support.browser.people import new_reader, sign_in

WORDS = ["пара", "сосна", "берег", "книга", "поезд", "мастер", "завод", "урок", "город", "река"]


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


def test_an_editor_decides_a_hundred_by_one_or_two_keys_each(page, hold):
    """It takes a request for each decision, and no page is loaded again."""
    held = hold(100, "Сотня")
    sign_in(page, EDITOR, then="/desk/")
    sent = []
    page.on("request", lambda request: sent.append((request.resource_type, request.url)))
    for number in range(100):
        expect(current(page)).to_be_focused()
        decided = current(page).get_attribute("id")
        if number % 10 == 9:
            page.keyboard.press("r")
            page.keyboard.press("2")
        else:
            page.keyboard.press("a")
        expect(page.locator(f"#{decided}[data-done]")).to_have_count(1)
    assert [url for kind, url in sent if kind == "document"] == []
    assert len([url for _kind, url in sent if url.endswith("/decision/")]) == 100
    assert held.filter(state=State.PUBLISHED).count() == 90
    assert held.filter(state=State.REJECTED).count() == 10
    # Tests before this one may have left some.
    waiting = Comment.objects.filter(state=State.HELD).count()
    expect(page.locator("#count-held")).to_have_text(str(waiting))


def test_an_editor_who_goes_on_before_the_answer_comes_stays_there(page, hold):
    held = hold(3, "Поиск")
    sign_in(page, EDITOR, then="/desk/")
    expect(current(page)).to_be_focused()
    words = page.get_by_role("search").get_by_role("searchbox").or_(page.locator("#id_words")).first
    with held_back(page, "**/decision/"):
        page.keyboard.press("a")
        page.keyboard.press("/")
        page.keyboard.type("Пои")
    expect(page.locator("[data-done]")).to_have_count(1)
    # The next is marked in the same step, but the focus stays.
    expect(current(page)).to_contain_text("Поиск1")
    page.keyboard.type("ск0")
    expect(words).to_have_value("Поиск0")
    assert held.filter(state=State.PUBLISHED).count() == 1


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


@pytest.fixture
def keys_on_again():
    yield
    User.objects.filter(email=EDITOR.email).update(uses_shortcuts=True)


@pytest.mark.usefixtures("keys_on_again")
def test_on_a_phone_without_keys_both_verdicts_of_two_comments_are_in_sight(page, hold):
    held = hold(2, "Тишина")
    page.set_viewport_size({"width": 360, "height": 740})
    sign_in(page, EDITOR, then="/desk/")
    expect(current(page)).to_contain_text("Тишина1")
    cards = [page.locator("[data-item]").nth(at) for at in (0, 1)]
    verdicts = [
        card.locator(f"[data-key={name}]").bounding_box()
        for card in cards
        for name in ("approve", "rules")
    ]
    assert [box["y"] for box in verdicts[::2]] == [box["y"] for box in verdicts[1::2]]
    assert sum(card.bounding_box()["height"] for card in cards) < 740
    page.keyboard.press("?")
    page.get_by_role("button", name="Отключить клавиши").click()
    expect(page.locator(".page--no-shortcuts")).to_be_visible()
    page.keyboard.press("r")
    page.keyboard.press("a")
    page.get_by_role("button", name="Опубликовать").first.click()
    expect(page.locator("[data-done]")).to_have_count(1)
    # Without the key that undoes: it is off.
    expect(page.locator("#desk-news")).to_have_text(
        "Опубликован редакцией. Комментарий, автор Ольга Савельева, обработан."
    )
    expect(page.locator("[data-rules][open]")).to_have_count(0)
    assert held.filter(state=State.PUBLISHED).count() == 1


def test_without_a_connection_the_note_stays(page, hold):
    hold(1, "Обрыв")
    sign_in(page, EDITOR, then="/desk/")
    expect(current(page)).to_contain_text("Обрыв")
    page.keyboard.press("n")
    page.keyboard.type("Не потеряйся")
    page.context.set_offline(True)
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    expect(page.get_by_role("alert")).to_contain_text("Решение не дошло до сервера")
    expect(page.get_by_role("button", name="Повторить")).to_be_focused()
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("textarea").first).to_have_value("Не потеряйся")


def test_a_decision_lost_on_the_way_is_sent_again_by_one_key(page, hold):
    held = hold(1, "Повтор")
    sign_in(page, EDITOR, then="/desk/")
    expect(current(page)).to_contain_text("Повтор")
    page.context.set_offline(True)
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Повторить")).to_be_focused()
    page.context.set_offline(False)
    page.keyboard.press("Enter")
    expect(page.locator("[data-done]")).to_have_count(1)
    assert held.get().state == State.PUBLISHED


def test_another_editor_who_looks_is_shown_on_the_row_without_a_reload(open_browser, hold):
    hold(1, "Вдвоём")
    editor, administrator = open_browser(), open_browser()
    sign_in(editor, EDITOR, then="/desk/")
    expect(current(editor)).to_contain_text("Вдвоём")
    sign_in(administrator, ADMINISTRATOR, then="/desk/")
    expect(current(administrator).locator("[data-claim]")).to_contain_text(
        f"смотрит другой редактор: {EDITOR.name}"
    )
    administrator.keyboard.press("a")
    expect(administrator.locator("[data-done]")).to_have_count(1)
    editor.evaluate("htmx.trigger('#pulse', 'otklik:pulse')")
    expect(current(editor).locator("[data-claim]")).to_contain_text(ADMINISTRATOR.name)
    waiting = Comment.objects.filter(state=State.HELD).count()
    expect(editor.locator("#count-held")).to_have_text(str(waiting))


def test_many_are_chosen_decided_and_undone_by_keyboard(page, hold):
    held = hold(3, "Разом")
    sign_in(page, EDITOR, then="/desk/")
    for _ in range(2):
        expect(current(page)).to_be_focused()
        page.keyboard.press("x")
        page.keyboard.press("j")
    page.keyboard.press("b")
    page.get_by_role("radio", name="Отклонить").focus()
    page.keyboard.press("Space")
    page.get_by_label("Правило").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Выполнить").press("Enter")
    expect(page.locator("#bulk-decision")).to_contain_text("2 из 2")
    assert held.filter(state=State.REJECTED).count() == 2
    page.get_by_role("button", name=re.compile("Отменить")).press("Enter")
    expect(page.locator("#bulk-decision")).to_contain_text("2 из 2")
    expect(page.get_by_role("button", name=re.compile("Отменить"))).to_have_count(0)
    assert held.filter(state=State.HELD).count() == 3


def test_the_conversation_is_next_to_the_current_comment(page, hold):
    hold(2, "Рядом")
    page.set_viewport_size({"width": 1280, "height": 900})
    sign_in(page, EDITOR, then="/desk/")
    expect(page.locator("#aside")).to_contain_text("Рядом1")
    page.keyboard.press("j")
    expect(page.locator("#aside [aria-current]")).to_contain_text("Рядом0")


def test_back_leads_to_the_queue_with_its_filters(page, hold):
    hold(2, "Назад")
    sign_in(page, EDITOR, then="/desk/")
    expect(current(page)).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("Назад1")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("words="))
    expect(page.locator("[data-item]")).to_have_count(1)
    current(page).focus()
    page.keyboard.press("o")
    expect(page).to_have_url(re.compile(r"/desk/comments/\d+/"))
    page.go_back()
    expect(page).to_have_url(re.compile("words="))
    expect(page.locator("[data-item]")).to_have_count(1)


def test_the_help_names_the_keys(page, hold):
    hold(1, "Помощь")
    sign_in(page, EDITOR, then="/desk/")
    expect(current(page)).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("отменить последнее решение")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_list_is_tried_out_as_one_types(page, stack):
    sign_in(page, EDITOR, then="/desk/words/lists/suspect-ru/")
    page.get_by_label("Записи").fill("слон")
    page.get_by_label("Текст", exact=True).press_sequentially("Два слона")
    expect(page.locator("#trial mark")).to_have_text("слона")


def test_a_masked_word_waits_for_an_editor_who_sees_what_it_looks_like(page):
    """By the lists that a new publication has."""
    author = new_reader("masked@example.org", "Мария Маскина")
    thread = find_thread(Site.objects.get().slug, ARTICLES[1].key)
    held = post_comment(author=author, thread=thread, text="Ну и бл@дь же там durak сидит")
    assert held.state == State.HELD
    sign_in(page, EDITOR, then=f"/desk/comments/{held.pk}/")
    findings = page.locator("#context .desk-finding")
    expect(findings).to_contain_text("бл@дь (похоже на «блядь»)")
    expect(findings).to_contain_text("durak (похоже на «дурак»)")
