"""The shared scripts, in a real browser under the real content policy."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.functional, pytest.mark.django_db(transaction=True)]


def say(page, text):
    page.get_by_label("Живой текст").fill(text)
    page.get_by_role("button", name="Послать").click()


def test_the_chosen_theme_is_remembered(page):
    page.goto("/trial/")
    toggle = page.get_by_role("button", name="Тёмная тема")
    expect(toggle).to_have_attribute("aria-pressed", "false")
    toggle.click()
    expect(toggle).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(toggle).to_have_attribute("aria-pressed", "true")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == (
        "rgb(22, 23, 26)"
    )


def test_times_are_relative_to_now(page):
    page.goto("/trial/")
    moment = page.locator("time[data-relative]")
    expect(moment).to_have_text("7 минут назад")
    assert moment.get_attribute("title") == "полная дата"


def test_a_draft_outlives_a_reload_and_ends_with_success(page):
    page.goto("/trial/")
    page.get_by_label("Живой текст").fill("Добавлю факт")
    page.reload()
    assert page.get_by_label("Живой текст").input_value() == "Добавлю факт"
    page.get_by_role("button", name="Послать").click()
    expect(page.locator("#answer")).to_have_text("Принято")
    page.reload()
    assert page.get_by_label("Живой текст").input_value() == ""


def test_a_refusal_is_shown_and_loses_nothing(page):
    page.goto("/trial/")
    say(page, "поздно")
    expect(page.get_by_role("status").filter(has_text="Другой редактор уже решил.")).to_be_visible()
    page.reload()
    assert page.get_by_label("Живой текст").input_value() == "поздно"


def test_a_lost_connection_is_reported_and_loses_nothing(page):
    page.goto("/trial/")
    page.context.set_offline(True)
    say(page, "в тоннеле")
    expect(page.get_by_role("status").filter(has_text="Нет связи")).to_be_visible()
    assert page.get_by_label("Живой текст").input_value() == "в тоннеле"


def test_a_question_can_be_answered_no(page):
    page.goto("/trial/")
    page.get_by_role("button", name="Удалить").click()
    expect(page.get_by_role("dialog")).to_contain_text("Удалить навсегда?")
    page.get_by_role("button", name="Отмена").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("Готово.")).to_have_count(0)


def test_a_plain_form_forgets_its_draft_when_told_that_it_is_done(page):
    page.goto("/trial/")
    page.get_by_label("Простой текст").fill("Текст")
    page.get_by_role("button", name="Удалить").click()
    page.get_by_role("dialog").get_by_role("button", name="Да").click()
    expect(page.get_by_text("Готово.")).to_be_visible()
    assert page.get_by_label("Простой текст").input_value() == ""


def test_an_impatient_double_click_sends_once(page):
    page.goto("/trial/")
    sent = []
    page.on(
        "request", lambda request: sent.append(request.url) if request.method == "POST" else None
    )
    page.evaluate("document.querySelector('#plain').removeAttribute('data-confirm')")
    page.get_by_role("button", name="Удалить").dblclick()
    expect(page.get_by_text("Готово.")).to_be_visible()
    assert len(sent) == 1


def test_a_moment_with_its_time_zone_wraps_on_a_phone(page):
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto("/trial/")
    # A script wrote the relative time: what follows is not overwritten at once.
    expect(page.locator("time[data-relative]")).to_have_text("7 минут назад")
    written = "time => time.textContent = '30 сентября 2026 г., 12:00 (московское время)'.repeat(2)"
    page.locator("time[data-relative]").evaluate(written)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_sticks_out_sideways(page, width):
    page.set_viewport_size({"width": width, "height": 700})
    page.goto("/trial/")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
