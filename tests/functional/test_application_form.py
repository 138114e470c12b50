"""The form of an application in a real browser: slips, the document, and nothing lost."""

import json
import re
from contextlib import contextmanager
from itertools import product

import pytest
from playwright.sync_api import expect

from certificates.fields import Field, FieldKind
from certificates.models import AnswerFile, Application, Certificate, Programme
from certificates.programmes import publish_form
from demo.people import PASSWORD
from tests.support.browser.applying import ANSWERS, PROGRAMME, confirm, fill_in
from tests.support.browser.axe import axe_violations
from tests.support.browser.holding import held_back, response_held_back
from tests.support.browser.people import new_reader, register, sign_in, sign_in_by_form
from tests.support.waiting import wait_for


@pytest.fixture
def person(_look_where_the_processes_do, request):
    """An applicant of this test's own."""
    name = re.sub(r"\W+", "_", request.node.name).strip("_")[-40:]
    return new_reader(f"{name}@example.org", name.replace("_", " "))


def faults(page):
    """Return what is wrong with the current page in either theme, narrow and wide."""
    found = []
    before = page.viewport_size
    for theme, width in product(["light", "dark"], [1280, 360]):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": 900})
        found += [
            (theme, width, one["id"], one["nodes"][0]["html"]) for one in axe_violations(page)
        ]
        if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            found.append((theme, width, "scrolls sideways", page.url))
    page.set_viewport_size(before)
    return found


def is_saved(person, **answers):
    def check():
        draft = Application.objects.filter(applicant=person).first()
        return draft and all(draft.answers.get(key) == answers[key] for key in answers)

    wait_for(check)


def ready(page, question):
    """Return the messages of a question when htmx listens to their buttons: before, a press would
    send the form without it."""
    messages = page.locator(f"#messages-{question}")
    expect(messages.locator("button").first).to_be_visible()
    expect(messages.locator(".htmx-added")).to_have_count(0)
    return messages


def test_a_visitor_fills_in_registers_and_loses_nothing(page, email_to):
    page.goto(PROGRAMME)
    page.get_by_label("Фамилия", exact=True).press_sequentially("Ивaнова")  # a Latin a
    slip = ready(page, "surname")
    expect(slip).to_contain_text("смешаны русские и латинские буквы")
    slip.get_by_role("button", name="Исправить").click()
    expect(page.get_by_label("Фамилия", exact=True)).to_have_value("Иванова")
    expect(page.locator(".preview img")).to_be_visible()
    fill_in(page, surname="Иванова", email="visitor@example.org", open_it=False)
    page.get_by_role("button", name="Проверить и продолжить").last.click()
    page.locator("main").get_by_role("link", name=re.compile("регистр", re.IGNORECASE)).click()
    register(page, email_to, email="visitor@example.org", name="Вера Посетительница")
    expect(page.get_by_label("Фамилия", exact=True)).to_have_value("Иванова")
    expect(page.get_by_label("Название материала")).to_have_value(ANSWERS["Название материала"])
    confirm(page)
    wait_for(lambda: Certificate.objects.filter(holder__startswith="Иванова Анна").exists())


def test_a_visitor_s_quick_typing_in_two_windows_is_all_kept(page):
    page.goto(PROGRAMME)
    (opening, surname), *most, (label, last) = ANSWERS.items()
    page.get_by_label(opening, exact=True).fill(surname)
    expect(page.locator(".preview img")).to_be_visible()
    other = page.context.new_page()
    other.goto(PROGRAMME)
    for of_first, value in most:
        page.get_by_label(of_first, exact=True).fill(value)
    # The first window is still saving, and this one shows nothing of it.
    other.get_by_label(label, exact=True).fill(last)
    for window in (page, other):
        wait_for(lambda window=window: left_in(window) == {})
    for window in (page, other):
        window.reload()
        shown = [window.get_by_label(one, exact=True).input_value() for one in ANSWERS]
        assert shown == list(ANSWERS.values())


@contextmanager
def pressed_while_another_request_waits(page):
    """Correct a surname by its button while another request waits, until the end of the block."""
    page.locator("#answer-surname").fill("Ивaнова")  # a Latin a
    correct = ready(page, "surname").locator("[name=correct]")
    wait_for(lambda: left_in(page) == {})
    with held_back(page, "**/programmes/**"):
        page.locator("#answer-given_name").fill("Анна")
        page.locator("#answer-given_name").press("Tab")
        correct.click()
        yield correct


def test_a_visitor_s_press_that_typing_overtakes_is_not_lost(page):
    """A visitor's requests are sent one by one, and of those that wait only the last."""
    page.goto(PROGRAMME)
    surname, title = page.locator("#answer-surname"), page.locator("#answer-title")
    with pressed_while_another_request_waits(page):
        title.fill("Урок между делом")
        title.press("Tab")
    expect(surname).to_have_value("Иванова")
    wait_for(lambda: left_in(page) == {})
    page.reload()
    expect(surname).to_have_value("Иванова")
    expect(title).to_have_value("Урок между делом")


def test_a_visitor_s_press_on_a_button_that_is_redrawn_is_not_lost(page):
    page.goto(PROGRAMME)
    surname = page.locator("#answer-surname")
    with pressed_while_another_request_waits(page) as correct:
        # As the response to an earlier request does.
        correct.evaluate("button => button.replaceWith(button.cloneNode(true))")
    expect(surname).to_have_value("Иванова")


def test_on_a_phone_the_document_stays_in_sight_and_is_enlarged(open_browser):
    page = open_browser(viewport={"width": 360, "height": 700})
    page.goto(PROGRAMME)
    page.get_by_label("Название материала").fill("Урок на телефоне")
    strip, dialog = page.locator(".preview-strip"), page.get_by_role("dialog")
    expect(strip.locator("img")).to_be_visible()
    expect(page.get_by_label("Название материала")).to_be_in_viewport(ratio=1)
    expect(strip).to_be_in_viewport(ratio=1)
    strip.click()
    picture, sheet = dialog.locator("img"), dialog.locator("[data-size]")
    expect(picture).to_have_js_property("naturalWidth", 1403)  # 297 mm, 120 pixels an inch
    assert sheet.evaluate("sheet => sheet.scrollWidth > 2 * sheet.clientWidth")
    for _time in range(2):
        dialog.get_by_role("button", name="Мельче").click()
    assert sheet.evaluate("sheet => sheet.scrollWidth <= sheet.clientWidth")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(strip).to_be_focused()


def test_by_keyboard_from_the_list_to_the_document(page, person):
    sign_in(page, person, then="/programmes/")
    tab_to(page, "a", "Свидетельство о публикации")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(PROGRAMME))
    typed = iter(["Kебедева", "Анна", "Сергеевна"])  # the first begins with a Latin K
    tab_to(page, "input", "surname")
    page.keyboard.type(next(typed))
    expect(page.locator("#messages-surname")).to_contain_text("смешаны")
    tab_to(page, "button", "Исправить")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Фамилия", exact=True)).to_have_value("Кебедева")
    for name, value in {
        "given_name": next(typed),
        "patronymic": next(typed),
        "position": "Преподаватель",
        "institution": "МБОУ «Школа № 5» города Калуги",
        "title": "Практика на подстанции",
        "url": "https://vesti.example/materials/17",
    }.items():
        tab_to(page, "input, textarea", name)
        page.keyboard.type(value)
    tab_to(page, "button", "Проверить и продолжить")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Проверьте и подтвердите")).to_be_visible()
    tab_to(page, "button", "Всё верно, подтверждаю")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Открыть документ")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Кебедева")


def tab_to(page, selector, name):
    """Press Tab until what is focused matches, by its words or its name."""
    for _press in range(80):
        page.keyboard.press("Tab")
        violations = page.evaluate(
            """([selector, name]) => {
                const it = document.activeElement;
                return it.matches(selector) && (it.name === name || it.textContent.includes(name));
            }""",
            [selector, name],
        )
        if violations:
            return
    raise AssertionError(f"the keyboard does not reach {selector} «{name}»")


@pytest.mark.parametrize(("locale", "width"), [("ru-RU", 1280), ("en-US", 360)])
def test_axe_finds_nothing_on_the_applicant_s_way(open_browser, person, locale, width):
    page = open_browser(locale=locale, viewport={"width": width, "height": 900})
    page.goto("/programmes/")
    violations = faults(page)
    sign_in(page, person, then=PROGRAMME)
    violations += faults(page)
    page.locator("#answer-surname").fill("Ивaнова")
    expect(page.locator("#messages-surname .slip")).to_be_visible()
    expect(page.locator(".preview img")).to_be_visible()
    violations += faults(page)
    page.locator(".form-actions .button--primary").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    violations += faults(page)
    page.locator("#messages-surname [name=correct]").click()
    expect(page.locator("#answer-surname")).to_have_value("Иванова")
    expect(page.locator("#answer-surname")).to_be_focused()
    for key, value in zip(("given_name", "patronymic", *list(ANSWERS_BY_KEY)), VALUES, strict=True):
        page.locator(f"#answer-{key}").fill(value)
    # A second document for the same would wait for a registrar.
    page.locator("#answer-title").fill(f"Практика на подстанции № {width}")
    page.locator("#answer-url").fill(f"https://vesti.example/materials/{width}")
    page.locator(".form-actions .button--primary").click()
    expect(page.locator(".read-back")).to_be_visible()
    violations += faults(page)
    page.locator(".form-actions .button--primary").click()
    expect(page.locator(".certificate-number").first).to_be_visible()
    violations += faults(page)
    page.goto("/applications/")
    violations += faults(page)
    assert violations == []


ANSWERS_BY_KEY = {
    "position": "Преподаватель",
    "institution": "МБОУ «Школа № 5» города Калуги",
    "title": "Практика на подстанции",
    "url": "https://vesti.example/materials/17",
}
VALUES = ("Анна", "Сергеевна", *ANSWERS_BY_KEY.values())


def test_what_is_typed_without_a_connection_is_saved_when_it_returns(page, person):
    sign_in(page, person, then=PROGRAMME)
    page.get_by_label("Фамилия", exact=True).fill("Лебедева")
    is_saved(person, surname="Лебедева")
    page.context.set_offline(True)
    page.get_by_label("Имя", exact=True).fill("Анна")
    page.get_by_label("Название материала").fill("Урок без связи")
    expect(page.locator("[data-unsaved]")).to_contain_text("Нет связи")
    assert Application.objects.get(applicant=person).answers["title"] == ""
    page.context.set_offline(False)
    is_saved(person, given_name="Анна", title="Урок без связи")
    expect(page.locator("[data-unsaved]")).to_have_text("Сохранено.")
    wait_for(lambda: left_in(page) == {})


def test_an_answer_that_the_server_failed_to_save_is_reported_and_sent_again(page, person):
    sign_in(page, person, then=PROGRAMME)
    page.get_by_label("Фамилия", exact=True).fill("Лебедева")
    is_saved(person, surname="Лебедева")
    page.route("**/programmes/**", lambda route: route.fulfill(status=503))
    page.get_by_label("Название материала").fill("Урок во время сбоя")
    expect(page.locator("[data-unsaved]")).to_contain_text("Сервер не смог сохранить")
    expect(page.locator("[data-toasts]")).to_contain_text("на нашей стороне")
    page.unroute("**/programmes/**")
    is_saved(person, title="Урок во время сбоя")
    expect(page.locator("[data-unsaved]")).to_have_text("Сохранено.")
    wait_for(lambda: left_in(page) == {})


def test_what_was_typed_without_a_connection_outlives_a_closed_page(page, person):
    sign_in(page, person, then=PROGRAMME)
    page.get_by_label("Фамилия", exact=True).fill("Лебедева")
    is_saved(person, surname="Лебедева")
    page.context.set_offline(True)
    page.get_by_label("Название материала").fill("Урок без связи")
    expect(page.locator("[data-unsaved]")).to_contain_text("Нет связи")
    other = page.context.new_page()
    page.close()
    page.context.set_offline(False)
    other.goto(PROGRAMME)
    expect(other.get_by_label("Название материала")).to_have_value("Урок без связи")
    is_saved(person, surname="Лебедева", title="Урок без связи")


def test_a_late_answer_to_a_correction_leaves_the_person_at_the_next_field(page, person):
    sign_in(page, person, then=PROGRAMME)
    surname, given_name = page.locator("#answer-surname"), page.locator("#answer-given_name")
    surname.fill("Ивaнова")  # a Latin a
    correct = ready(page, "surname").locator("[name=correct]")
    with held_back(page, "**/programmes/**"):
        correct.press("Enter")
        given_name.press_sequentially("Ан")
    expect(surname).to_have_value("Иванова")
    # htmx has finished with the new field when it takes this class away.
    expect(page.locator("#question-surname")).not_to_have_class(re.compile("htmx-added"))
    page.keyboard.type("на")
    expect(given_name).to_have_value("Анна")
    expect(surname).to_have_value("Иванова")
    page.keyboard.press("Tab")
    is_saved(person, surname="Иванова", given_name="Анна")

    def title_a_lesson():
        page.locator("#answer-title").fill("Урoк")  # a Latin o
        page.keyboard.press("Tab")

    # What the server said of the title before it knew of the slip in the surname.
    with response_held_back(page, "**/programmes/**", title_a_lesson):
        surname.fill("Ивaнова")
        page.keyboard.press("Tab")
        ready(page, "surname")
    expect(page.locator("#messages-title")).to_contain_text("смешаны")
    expect(page.locator("#messages-surname")).to_contain_text("смешаны")


def test_what_is_typed_before_the_scripts_come_is_saved(page, person):
    sign_in(page, person)
    with held_back(page, "**/answers*.js"):
        with page.expect_request("**/answers*.js"):
            page.goto(PROGRAMME, wait_until="commit")
        page.get_by_label("Фамилия", exact=True).fill("Лебедева")
        page.get_by_label("Название материала").fill("Урок до сценариев")
    is_saved(person, surname="Лебедева", title="Урок до сценариев")
    wait_for(lambda: left_in(page) == {})


def left_in(page):
    stored = page.evaluate("Object.entries(localStorage)")
    return {key: json.loads(value) for key, value in stored if key.startswith("otklik:answers:")}


def test_signing_out_leaves_nothing_in_the_browser(page, person):
    sign_in(page, person, then=PROGRAMME)
    page.route("**/programmes/**", lambda route: route.abort())
    page.get_by_label("Фамилия", exact=True).fill("Лебедева")
    expect(page.locator("[data-unsaved]")).to_contain_text("Нет связи")
    assert left_in(page) != {}
    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button", name="Выйти").click()
    expect(page.locator("main")).to_contain_text("Вы вышли")
    assert left_in(page) == {}


def test_a_form_left_open_overnight_loses_nothing(page, person):
    sign_in(page, person, then=PROGRAMME)
    page.get_by_label("Фамилия", exact=True).fill("Лебедева")
    is_saved(person, surname="Лебедева")
    page.context.clear_cookies(name="sessionid")
    page.get_by_label("Название материала").fill("Урок на рассвете")
    toast = page.locator("[data-toasts]")
    expect(toast).to_contain_text("Войдите")
    toast.get_by_role("link").click()
    page.locator("input[name=login]").fill(person.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Войти", exact=True).click()
    expect(page.get_by_label("Название материала")).to_have_value("Урок на рассвете")
    expect(page.get_by_label("Фамилия", exact=True)).to_have_value("Лебедева")
    is_saved(person, surname="Лебедева", title="Урок на рассвете")


def test_a_refusal_repeated_while_its_link_is_pressed_does_not_lose_the_press(page, person):
    """Pressing the link takes the focus off the field, which sends the answer once more."""
    sign_in(page, person, then=PROGRAMME)
    page.context.clear_cookies(name="sessionid")
    page.get_by_label("Название материала").fill("Урок на рассвете")
    link = page.locator("[data-toasts]").get_by_role("link")
    link.hover()
    with page.expect_response(lambda answer: answer.status == 401):
        page.mouse.down()
    page.evaluate("() => new Promise((done) => requestAnimationFrame(done))")
    page.mouse.up()
    expect(page.locator("input[name=login]")).to_be_visible()


def test_signing_in_in_another_window_does_not_stop_this_one(page, person):
    """It gives the browser a new token against forged requests."""
    sign_in(page, person, then=PROGRAMME)
    page.get_by_label("Фамилия", exact=True).fill("Лебедева")
    is_saved(person, surname="Лебедева")
    page.context.clear_cookies(name="sessionid")
    other = page.context.new_page()
    sign_in_by_form(other, person, then=PROGRAMME)
    page.get_by_label("Название материала").fill("Урок в двух окнах")
    is_saved(person, surname="Лебедева", title="Урок в двух окнах")


def test_two_windows_offer_both_answers(page, person):
    sign_in(page, person, then=PROGRAMME)
    page.get_by_label("Фамилия", exact=True).fill("Лебедева")
    is_saved(person, surname="Лебедева")
    page.reload()
    other = page.context.new_page()
    other.goto(PROGRAMME)
    page.get_by_label("Фамилия", exact=True).fill("Сидорова")
    is_saved(person, surname="Сидорова")
    other.get_by_label("Фамилия", exact=True).fill("Петрова")
    offered = other.locator("#messages-surname .slip").first
    expect(offered).to_contain_text("Оба ответа сохранены")
    is_saved(person, surname="Сидорова")
    offered.get_by_role("button", name="Петрова").click()
    expect(other.get_by_label("Фамилия", exact=True)).to_have_value("Петрова")
    is_saved(person, surname="Петрова")


def test_an_answer_typed_while_another_window_s_arrives_is_not_replaced(page):
    page.goto(PROGRAMME)
    other = page.context.new_page()
    title, others_title = (window.get_by_label("Название материала") for window in (page, other))
    page.get_by_label("Фамилия", exact=True).fill("Лебедева")
    expect(page.locator(".preview img")).to_be_visible()
    other.goto(PROGRAMME)
    others_title.fill("Урок второго окна")
    wait_for(lambda: left_in(other) == {})
    with held_back(page, "**/programmes/**"):
        # This request has no title yet, so its answer brings the other window's.
        with page.expect_request(lambda request: request.method == "POST"):
            page.get_by_label("Имя", exact=True).fill("Анна")
        title.fill("Урок первого окна")
        page.get_by_label("Должность", exact=True).fill("Преподаватель")
    expect(page.locator("#messages-title")).to_contain_text("Оба ответа сохранены")
    expect(title).to_have_value("Урок первого окна")
    wait_for(lambda: left_in(page) == {})
    page.locator("#messages-title").get_by_role("button", name="Урок первого окна").click()
    expect(page.locator("#messages-title")).not_to_contain_text("Оба ответа сохранены")
    other.reload()
    expect(others_title).to_have_value("Урок первого окна")


def test_a_double_click_begins_one_application(page, person):
    sign_in(page, person, then=PROGRAMME)
    fill_in(page, surname="Двойная", email=person.email, open_it=False)
    page.get_by_role("button", name="Проверить и продолжить").last.dblclick()
    expect(page.get_by_role("heading", name="Проверьте и подтвердите")).to_be_visible()
    assert Application.objects.filter(applicant=person).count() == 1


@pytest.fixture
def with_file(_look_where_the_processes_do):
    """The publication's form with a question for a file, until the test ends."""
    programme = Programme.objects.get(slug="participation")
    before = programme.forms.newest().fields
    review = Field("review", FieldKind.FILE, "Отзыв", "Review", required=False)
    publish_form(programme=programme, fields=[*before, review], actor=None)
    yield
    publish_form(programme=programme, fields=before, actor=None)


def test_a_file_is_attached_and_removed(page, person, with_file):
    sign_in(page, person, then="/programmes/participation/")
    chosen = page.get_by_label("Отзыв")
    chosen.set_input_files({"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"MZ"})
    expect(page.locator("#messages-review")).to_contain_text("Приложите PDF или картинку")
    content = b"%PDF-1.7\n%%EOF\n"
    chosen.set_input_files({"name": "Отзыв.pdf", "mimeType": "x/y", "buffer": content})
    expect(page.get_by_role("link", name="Отзыв.pdf")).to_be_visible()
    assert AnswerFile.objects.get(application__applicant=person).size == len(content)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Отзыв.pdf").click()
    assert saved.value.suggested_filename == "Отзыв.pdf"
    page.get_by_role("button", name="Убрать файл").click()
    expect(page.get_by_role("link", name="Отзыв.pdf")).to_have_count(0)
    assert not AnswerFile.objects.filter(application__applicant=person).exists()
