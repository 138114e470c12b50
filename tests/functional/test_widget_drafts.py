"""Drafts survive, and the widget reports what happened to them."""

import re

from playwright.sync_api import expect

from comments.models import Comment
from demo.articles import ARTICLES
from demo.people import READER, SECOND_READER
from tests.support.browser.discussions import (
    FIELD,
    SEND,
    article,
    fill_in_sign_in,
    say,
    send,
    sign_in_by_window,
)
from tests.support.browser.holding import held_back
from tests.support.browser.people import register, sign_in

ARTICLE = f"/articles/{ARTICLES[0].slug}/"
LONG = "Слишком длинно, но по делу. " * 150
SHOUT = "ВСЕ ПИШУТ ГРОМКО И ТОЛЬКО ЗАГЛАВНЫМИ, ЗНАЧИТ, ТАК ЗДЕСЬ ПРИНЯТО"


def test_draft_outlives_the_sign_in_window(page, hosted):
    page.goto(hosted("window"))
    page.get_by_label(FIELD).fill("Набрано до входа")
    sign_in_by_window(page, page.get_by_role("button", name=SEND))
    expect(page.get_by_label(FIELD)).to_have_value("Набрано до входа")
    expect(page.get_by_label(FIELD)).to_be_focused()
    page.get_by_role("button", name=SEND).click()
    expect(article(page, "Набрано до входа")).to_be_focused()
    assert Comment.objects.get(text="Набрано до входа").author.email == READER.email


def test_newcomer_registers_in_the_window(page, hosted, email_to):
    page.goto(hosted("newcomer"))
    page.get_by_label(FIELD).fill("Зарегистрируюсь ради этого")
    with page.context.expect_page() as windows:
        page.get_by_role("button", name=SEND).click()
    window = windows.value
    window.get_by_role("link", name="Регистрация").click()
    with window.expect_event("close"):
        register(window, email_to, email="novenkaya@example.org", name="Новенькая Читательница")
    expect(page.get_by_text("Вы пишете как Новенькая Читательница")).to_be_visible()
    expect(page.get_by_label(FIELD)).to_have_value("Зарегистрируюсь ради этого")
    page.get_by_role("button", name=SEND).click()
    expect(article(page, "Зарегистрируюсь ради этого")).to_be_focused()


def test_answer_waits_for_the_window_too(page, hosted):
    key = "answer-window"
    comment = say(key, "Кто ответит?", by=SECOND_READER)
    page.goto(hosted(key))
    article(page, comment.text).get_by_role("button", name="Ответить").click()
    page.get_by_label("Ваш ответ").fill("Я отвечу")
    sign_in_by_window(page, page.locator("li .composer .primary"))
    expect(page.get_by_label("Ваш ответ")).to_be_focused()
    page.get_by_label("Ваш ответ").press("Control+Enter")
    expect(article(page, "Я отвечу")).to_be_focused()
    assert Comment.objects.get(text="Я отвечу").parent == comment


def test_window_that_is_blocked_or_closed_is_said(page, hosted):
    page.goto(hosted("blocked"))
    page.get_by_label(FIELD).fill("Никуда не денется")
    with page.context.expect_page() as windows:
        page.get_by_role("button", name=SEND).click()
    windows.value.close()
    expect(page.get_by_text("Вы пока не вошли")).to_be_visible()
    expect(page.get_by_label(FIELD)).to_have_value("Никуда не денется")
    page.evaluate("window.open = () => null")  # as a browser does that blocks it
    page.get_by_role("button", name=SEND).click()
    expect(page.get_by_text("Браузер не открыл окно входа")).to_be_visible()
    expect(page.get_by_label(FIELD)).to_have_value("Никуда не денется")


def test_on_the_publications_own_site_the_cookie_is_enough(page):
    page.goto(ARTICLE)
    page.get_by_label(FIELD).fill("Набрано до входа на сайте")
    page.get_by_role("button", name=SEND).click()
    expect(page).to_have_url(re.compile("/accounts/login/"))
    fill_in_sign_in(page)
    expect(page).to_have_url(re.compile(ARTICLE))
    expect(page.get_by_label(FIELD)).to_be_focused()
    expect(page.get_by_label(FIELD)).to_have_value("Набрано до входа на сайте")
    page.get_by_role("button", name=SEND).click()
    expect(article(page, "Набрано до входа на сайте")).to_be_focused()
    assert page.evaluate("Object.keys(localStorage).filter((key) => /token|draft/.test(key))") == []


def test_expired_sign_in_keeps_the_text(reader):
    expect(reader.get_by_text(f"Вы пишете как {READER.name}")).to_be_visible()
    reader.route(
        "**/api/**",
        lambda route: route.continue_(
            headers={
                name: value
                for name, value in route.request.headers.items()
                if name != "authorization"
            }
        ),
    )
    send(reader, "Вход устарел, текст жив")
    expect(reader.get_by_text("Вход устарел. Текст на месте")).to_be_visible()
    expect(reader.get_by_label(FIELD)).to_have_value("Вход устарел, текст жив")
    reader.unroute("**/api/**")
    sign_in_again = reader.locator(".error").get_by_role("button", name="Войти")
    sign_in_again.click()  # Otklik knows the reader still: nothing is asked
    expect(reader.get_by_label(FIELD)).to_be_focused()
    reader.get_by_role("button", name=SEND).click()
    expect(article(reader, "Вход устарел, текст жив")).to_be_focused()


def test_expired_session_on_the_own_site_keeps_an_answer(page):
    sign_in(page, READER, then=ARTICLE)
    first = page.locator("article.comment").nth(1)
    first.get_by_role("button", name="Ответить").click()
    page.get_by_label("Ваш ответ").fill("Сессия кончилась, ответ цел")
    page.context.clear_cookies(name="sessionid")
    page.get_by_label("Ваш ответ").press("Control+Enter")
    expect(page.get_by_text("Вход устарел. Текст на месте")).to_be_visible()
    page.locator(".error").get_by_role("button", name="Войти").click()
    fill_in_sign_in(page)
    expect(page.get_by_label("Ваш ответ")).to_be_focused()
    expect(page.get_by_label("Ваш ответ")).to_have_value("Сессия кончилась, ответ цел")
    page.get_by_label("Ваш ответ").press("Control+Enter")
    expect(article(page, "Сессия кончилась, ответ цел")).to_be_focused()


def test_refused_text_says_why_and_outlives_a_reload(reader):
    send(reader, LONG)
    expect(reader.locator(".error p")).to_contain_text("Сократите")
    expect(reader.get_by_label(FIELD)).to_have_value(LONG)
    expect(reader.get_by_label(FIELD)).to_be_focused()
    expect(reader.get_by_label(FIELD)).to_have_accessible_description(re.compile("Сократите"))
    reader.reload()
    expect(reader.get_by_label(FIELD)).to_have_value(LONG)


def test_held_text_says_why_and_is_published_once_it_is_changed(reader):
    send(reader, SHOUT)
    held = article(reader, SHOUT)
    expect(held).to_be_focused()
    expect(held).to_contain_text("Ваш комментарий ждёт редактора. Пока его видите только вы.")
    expect(held).to_contain_text("набрана прописными буквами")
    held.get_by_role("button", name=re.compile(rf"^Исправить: {READER.name}, \d")).click()
    expect(held.get_by_label(FIELD)).to_have_value(SHOUT)
    held.get_by_label(FIELD).fill("Теперь спокойным голосом")
    held.get_by_role("button", name="Сохранить").click()
    expect(article(reader, "Теперь спокойным голосом")).to_be_focused()
    assert Comment.objects.get(text="Теперь спокойным голосом").state == "published"


def test_drafts_of_answers_and_corrections_outlive_a_reload(reader, request):
    other = say(request.node.name, "Ответьте мне", by=SECOND_READER)
    own = say(request.node.name, "Первая мысль")
    reader.reload()
    article(reader, other.text).get_by_role("button", name="Ответить").click()
    reader.get_by_label("Ваш ответ").fill("Начал отвечать")
    article(reader, own.text).get_by_role("button", name="Исправить").click()
    reader.locator("article textarea").fill("Вторая мысль")
    reader.reload()
    expect(reader.get_by_label("Ваш ответ")).to_have_value("Начал отвечать")
    article(reader, own.text).get_by_role("button", name="Исправить").click()
    expect(reader.locator("article textarea")).to_have_value("Вторая мысль")
    reader.get_by_label("Ваш ответ").press("Escape")
    reader.reload()
    expect(article(reader, own.text)).to_be_visible()
    expect(reader.get_by_label("Ваш ответ")).to_have_count(0)


def test_lost_connection_loses_nothing_and_posts_once(reader):
    text = "Связь рвётся, мысль остаётся"
    reader.context.set_offline(True)
    send(reader, text)
    expect(reader.locator(".error")).to_contain_text("Нет связи. Набранное не потеряно")
    reader.context.set_offline(False)
    # Now the text arrives and the answer to it is lost on the way.
    arrives = re.compile(r"/comments/$")
    reader.route(arrives, lambda route: (route.fetch(), route.abort()))
    reader.get_by_role("button", name=SEND).click()
    expect(reader.locator(".error")).to_contain_text("Нет связи")
    reader.unroute(arrives)
    expect(reader.get_by_label(FIELD)).to_have_value(text)
    reader.get_by_role("button", name=SEND).click()
    expect(article(reader, text)).to_be_focused()
    assert Comment.objects.filter(text=text).count() == 1


def test_an_answer_that_comes_late_leaves_the_reader_where_they_write(reader, request):
    other = say(request.node.name, "Ответьте мне", by=SECOND_READER)
    reader.reload()
    with held_back(reader, re.compile(r"/comments/$")):
        send(reader, "Долго идёт")
        article(reader, other.text).get_by_role("button", name="Ответить").click()
        reader.keyboard.type("Пока оно идёт, ")
    expect(article(reader, "Долго идёт")).to_be_visible()
    expect(reader.get_by_role("status").last).to_contain_text("опубликован")
    reader.keyboard.type("пишу ответ")
    expect(reader.get_by_label("Ваш ответ")).to_have_value("Пока оно идёт, пишу ответ")


def test_what_is_typed_while_a_text_is_sent_is_kept(reader, request):
    other = say(request.node.name, "Ответьте мне", by=SECOND_READER)
    reader.reload()
    article(reader, other.text).get_by_role("button", name="Ответить").click()
    reply, field = reader.get_by_label("Ваш ответ"), reader.get_by_label(FIELD)
    for form, name in ((reply, "ответ"), (field, "комментарий")):
        form.fill(f"Первый {name}")
        with held_back(reader, re.compile(r"/comments/$")):
            form.press("Control+Enter")
            reader.keyboard.type(" и вторая мысль")
        expect(article(reader, f"Первый {name}")).to_be_visible()
        expect(form).to_have_value("и вторая мысль")
        expect(form).to_be_focused()
    reader.reload()
    for form in (reply, field):
        expect(form).to_have_value("и вторая мысль")
    texts = Comment.objects.filter(text__startswith="Первый").values_list("text", flat=True)
    assert set(texts) == {"Первый ответ", "Первый комментарий"}


def test_what_is_typed_while_a_correction_is_saved_is_saved_by_the_next(reader, request):
    own = say(request.node.name, "Хароший день")
    reader.reload()
    article(reader, own.text).get_by_role("button", name="Исправить").click()
    editor = reader.locator("article textarea")
    editor.fill("Хороший день")
    with held_back(reader, re.compile(r"/comments/\d+/$")):
        editor.press("Control+Enter")
        reader.keyboard.type(" и вечер")
    expect(reader.get_by_role("status").last).to_contain_text("Исправление сохранено")
    expect(editor).to_have_value("Хороший день и вечер")
    expect(editor).to_be_focused()
    editor.press("Control+Enter")
    expect(article(reader, "Хороший день и вечер")).to_be_focused()
    own.refresh_from_db()
    assert own.text == "Хороший день и вечер"


def test_failure_of_ours_is_reported_and_loses_nothing(reader):
    reader.route(re.compile(r"/comments/$"), lambda route: route.fulfill(status=500))
    send(reader, "У вас что-то сломалось")
    expect(reader.locator(".error")).to_contain_text("Что-то сломалось у нас")
    expect(reader.get_by_label(FIELD)).to_have_value("У вас что-то сломалось")


def test_discussion_that_does_not_load_can_be_asked_for_again(page, hosted):
    say("unloaded", "Загрузилось со второго раза")
    page.route("**/api/**", lambda route: route.abort())
    page.goto(hosted("unloaded"))
    expect(page.get_by_text("Комментарии не загрузились.")).to_be_visible()
    page.unroute("**/api/**")
    page.get_by_role("button", name="Попробовать ещё раз").click()
    expect(article(page, "Загрузилось со второго раза")).to_be_visible()


def test_signing_out_is_for_good(reader):
    reader.get_by_role("button", name="Выйти").click()
    entrance = reader.get_by_role("button", name="Войти")
    expect(entrance).to_be_focused()
    expect(reader.get_by_text("Вы вышли.")).to_be_visible()
    with reader.context.expect_page() as windows:
        entrance.click()
    expect(windows.value.locator("input[name=password]")).to_be_visible()
