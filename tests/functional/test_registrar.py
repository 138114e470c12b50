"""The registrar's work in a real browser: the queue, the form builder, tables of many."""

import re

import pytest
from playwright.sync_api import expect

from accounts.actions import grant_role
from accounts.models import Role
from certificates.applications.actions import confirm_application, save_answers, start_application
from certificates.form.answers import digest
from certificates.imports.tables import write_table
from certificates.models import Certificate, Import, Programme
from core.models import Site
from tests.support.browser.people import new_reader, sign_in
from tests.support.waiting import wait_for

HEADER = ["Фамилия", "Имя", "Отчество", "Должность", "Место работы", "Название материала"]
HEADER += ["Ссылка на публикацию", "Электронная почта"]


def row(surname, title="Развитие речи"):
    school, link = "МБОУ «Школа № 5»", "https://vesti.example/1/"
    return [surname, "Мария", "Петровна", "учитель", school, title, link, ""]


@pytest.fixture
def name(_look_where_the_processes_do, request):
    """A name of this test's own: others use the same processes and the same database."""
    return re.sub(r"\W", "-", request.node.name)[-40:].strip("-")


@pytest.fixture
def registrar(name):
    """A registrar whom no other test signs in as or changes."""
    person = new_reader(f"{name}-registrar@example.org", f"Регистратор {name}"[:50])
    grant_role(user=person, site=Site.objects.get(), name=Role.Name.REGISTRAR, actor=None)
    return person


@pytest.fixture
def waiting(name):
    """An application that waits for a decision, of a person of this test's own."""
    person = new_reader(f"{name}@example.org", f"Заявитель {name}"[:50])
    programme = Programme.objects.get(slug="publication")
    its_programme = Programme.objects.filter(pk=programme.pk)
    its_programme.update(approval=Programme.Approval.REGISTRAR)
    application = start_application(programme=programme, applicant=person, language="ru")
    typed = dict(zip(KEYS, row("Очередина", title=f"Урок {name}"), strict=False))
    saved = save_answers(application=application, typed=typed | {"email": person.email})
    confirmed = confirm_application(
        application=saved.application,
        shown_digest=digest(saved.application.answers),
        preview_digest="0" * 64,
        language="ru",
        ip=None,
    )
    yield confirmed
    its_programme.update(approval=programme.approval)


KEYS = ["surname", "given_name", "patronymic", "position", "institution", "title", "url"]


def test_returned_with_a_note_corrected_and_approved(open_browser, waiting, registrar):
    desk, applicant = open_browser(), open_browser()
    sign_in(desk, registrar, then="/registrar/")
    desk.goto(f"/registrar/applications/{waiting.pk}/")
    desk.get_by_label("О каком вопросе").select_option(label="Название материала")
    desk.get_by_label("Что не так").fill("Название без кавычек")
    desk.get_by_role("button", name="Вернуть на исправление").click()
    expect(desk).to_have_url(re.compile("/registrar/$"))

    sign_in(applicant, waiting.applicant, then=f"/applications/{waiting.pk}/edit/")
    expect(applicant.locator("#messages-title")).to_contain_text("Название без кавычек")
    applicant.get_by_label("Название материала").fill("Урок «Моя семья»")
    applicant.locator(".form-actions .button--primary").click()
    applicant.get_by_role("button", name="Всё верно, подтверждаю").click()
    expect(applicant.locator("main")).to_contain_text("ждёт регистратора")

    desk.goto(f"/registrar/applications/{waiting.pk}/")
    expect(desk.locator("del")).to_have_text(waiting.answers["title"])
    expect(desk.locator(".facts-differs")).to_contain_text("Урок «Моя семья»")
    desk.get_by_role("button", name="Одобрить").click()
    wait_for(lambda: Certificate.objects.filter(application=waiting, mailed_at__isnull=False))
    applicant.reload()
    expect(applicant.get_by_role("link", name="Открыть документ")).to_be_visible()


def test_all_applications_fit_the_smallest_screen(page, waiting, registrar):
    waiting.risk_reasons = ["large_correction", "duplicate"]
    waiting.save(update_fields=["risk_reasons"])
    page.set_viewport_size({"width": 320, "height": 640})
    sign_in(page, registrar, then="/registrar/all/")
    expect(page.get_by_text("Исправление меняет больше двух букв").last).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_form_is_seen_as_it_is_built(page, registrar):
    sign_in(page, registrar, then="/registrar/programmes/participation/form/")
    picture = page.locator("#form-preview img")
    before = picture.get_attribute("src")
    page.get_by_text("Название мероприятия", exact=True).first.click()
    page.locator("input[value='Название мероприятия']").fill("Название олимпиады")
    expect(page.locator("#form-preview")).to_contain_text("Название олимпиады")
    expect(page.locator("#form-preview #answer-event")).to_be_disabled()
    page.get_by_role("button", name="Ещё один вопрос").click()
    expect(page.locator("summary", has_text="Новый вопрос")).to_have_count(1)
    expect(page.get_by_label("Вопрос по-русски").last).to_be_focused()
    expect(page.locator(".field-error")).to_have_count(0)
    expect(page.get_by_label("Ответы на выбор").last).to_be_hidden()
    page.get_by_label("Вид", exact=True).last.select_option(label="один ответ из нескольких")
    expect(page.get_by_label("Ответы на выбор").last).to_be_visible()
    assert before.startswith("data:image/png")


def test_questions_are_moved_by_keyboard(page, registrar):
    sign_in(page, registrar, then="/registrar/programmes/participation/form/")
    page.get_by_role("button", name="Переместить «Имя» выше").focus()
    page.keyboard.press("Enter")
    first = page.locator(".movable summary").first
    expect(first).to_have_text("Имя")
    focused = page.locator(":focus")
    expect(focused).to_have_text("Переместить «Имя» ниже")
    focused.press("Enter")
    expect(first).to_have_text("Фамилия")


def test_a_table_is_checked_issued_paused_and_packed(page, registrar):
    surnames = ["Аистова", "Берёзова", "Ветрова", "Гуляева", "Дроздова", "Ивaнова", ""]
    table = write_table(HEADER, [row(surname) for surname in surnames])
    sign_in(page, registrar, then="/registrar/imports/")
    page.get_by_label("Программа", exact=True).select_option(label="Свидетельство о публикации")
    page.get_by_label("Таблица").set_input_files(
        {"name": "Участники.xlsx", "mimeType": "application/x", "buffer": table}
    )
    page.get_by_role("button", name="Загрузить и проверить").click()
    issue = page.get_by_role("button", name="Выдать: 5")
    expect(issue).to_be_visible()
    expect(page.locator("main")).to_contain_text("смешаны русские и латинские буквы")
    issue.click()
    page.get_by_role("dialog").get_by_role("button", name="Да").click()
    archive = page.get_by_role("link", name="Все документы одним ZIP")
    expect(archive).to_be_visible()
    with page.expect_download() as saved:
        archive.click()
    assert saved.value.path().read_bytes().startswith(b"PK")
    source = Import.objects.get(uploaded_by=registrar)
    assert source.rows.counts()["issued"] == 5


def test_a_table_asks_about_its_columns_and_about_namesakes(page, registrar):
    header = [*HEADER[:2], "Отчество (при наличии)", *HEADER[3:], "Телефон"]
    rows = [[*row(surname, "Уроки чтения"), "8-900"] for surname in ("Жаворонкова",) * 2]
    sign_in(page, registrar, then="/registrar/imports/")
    page.get_by_label("Программа", exact=True).select_option(label="Свидетельство о публикации")
    page.get_by_label("Таблица").set_input_files(
        {
            "name": "Жаворонковы.xlsx",
            "mimeType": "application/x",
            "buffer": write_table(header, rows),
        }
    )
    page.get_by_role("button", name="Загрузить и проверить").click()
    confirm = page.get_by_role("button", name="Подтвердить и проверить заново")
    expect(confirm).to_be_visible()
    expect(page.get_by_label("Отчество")).to_have_value("2")
    expect(page.locator("main")).to_contain_text("I: Телефон")
    expect(page.get_by_role("button", name="Выдать")).to_have_count(0)
    confirm.click()
    expect(page.locator("main")).to_contain_text("Строки 2, 3 совпадают")
    page.get_by_label("Несколько тёзок").check()
    page.get_by_role("button", name="Выдать", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Да").click()
    expect(page.get_by_role("link", name="Все документы одним ZIP")).to_be_visible()
    assert Import.objects.get(uploaded_by=registrar).rows.counts()["issued"] == 2


def test_all_applications_are_chosen_by_one_box(page, waiting, registrar):
    sign_in(page, registrar, then="/registrar/")
    page.get_by_label("Имя, название, почта или номер").fill(waiting.applicant.email)
    page.get_by_role("button", name="Найти").click()
    everything = page.get_by_label(re.compile("Выбрать все"))
    everything.check()
    row = page.locator(f"input[name=application][value='{waiting.pk}']")
    expect(row).to_be_checked()
    row.uncheck()
    expect(everything).not_to_be_checked()
    everything.check()
    page.get_by_role("button", name="Одобрить выбранные").click()
    page.get_by_role("dialog").get_by_role("button", name="Да").click()
    expect(page.locator("main")).to_contain_text("Ничего не найдено")
    waiting.refresh_from_db()
    assert waiting.status == "approved"


def test_the_queue_is_worked_by_keyboard(page, waiting, registrar):
    sign_in(page, registrar, then="/registrar/")
    page.locator(f"input[name=application][value='{waiting.pk}']").focus()
    page.keyboard.press("Space")
    while not page.evaluate("document.activeElement.textContent.includes('Одобрить выбранные')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Одобрена 1 заявка")
    waiting.refresh_from_db()
    assert waiting.status == "approved"
