"""One application open in several tabs."""

import pytest
from rest_framework.test import APIClient

from certificates.models import Application

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}
FORM = "/programmes/publication/"


@pytest.fixture
def open_window(page, filled):
    """A window and how it sends one answer, as the page's own scripts would."""

    def run():
        shown = page.get(FORM).context
        versions = {question.key: question.version_token for question in shown["questions"]}
        clock = iter(range(1, 100))

        def send(sent_at=None, **typed):
            marks = {f"version:{key}": versions[key] for key in typed if key in versions}
            about = {
                "key": shown["key"],
                "application": filled.pk,
                "sent_at": sent_at or next(clock),
            }
            answer = page.post(FORM, typed | marks | about, headers=HTMX)
            filled.refresh_from_db()
            return answer.content.decode()

        return send

    return run


def test_older_tab_does_not_overwrite_silently(open_window, filled):
    one, two = open_window(), open_window()
    one(surname="Сидорова")
    html = two(surname="Петрова")
    assert filled.answers["surname"] == "Сидорова"
    assert 'value="surname:Сидорова"' in html
    assert 'value="surname:Петрова"' in html
    assert "Оба ответа сохранены" in html


def test_applicant_chooses_between_two_clashing_answers(open_window, page, filled):
    one, two = open_window(), open_window()
    one(surname="Сидорова")
    two(surname="Петрова")
    assert 'value="surname:Петрова"' in page.get(FORM).content.decode()
    assert "Оба ответа" not in two(take="surname:Петрова")
    assert filled.answers["surname"] == "Петрова"


def test_different_questions_do_not_clash(open_window, filled):
    one, two = open_window(), open_window()
    one(surname="Сидорова")
    assert "Оба ответа" not in two(given_name="Анна")
    assert (filled.answers["surname"], filled.answers["given_name"]) == ("Сидорова", "Анна")


def test_tab_overwrites_its_earlier_answer(open_window, filled):
    """Its earlier request may be answered after the later one was sent."""
    one = open_window()
    one(surname="Сид")
    assert "Оба ответа" not in one(surname="Сидорова")
    assert filled.answers["surname"] == "Сидорова"


def test_an_overtaken_request_changes_nothing(open_window, filled):
    one = open_window()
    one(surname="Сидорова", sent_at=2000)
    one(surname="Сид", sent_at=1000)
    assert filled.answers["surname"] == "Сидорова"


def test_an_unchanged_answer_of_an_older_form_changes_nothing(page, filled, answers):
    shown = page.get(FORM).context
    versions = {
        f"version:{question.key}": question.version_token for question in shown["questions"]
    }
    page.post(FORM, {"surname": "Сидорова", "application": filled.pk})
    sent = (
        answers | versions | {"key": shown["key"], "application": filled.pk, "title": "Новое имя"}
    )
    page.post(FORM, sent)
    filled.refresh_from_db()
    assert (filled.answers["surname"], filled.answers["title"]) == ("Сидорова", "Новое имя")


def test_a_whole_form_that_clashes_comes_back_with_both(page, filled, answers):
    shown = page.get(FORM).context
    versions = {
        f"version:{question.key}": question.version_token for question in shown["questions"]
    }
    page.post(FORM, {"title": "Первое название", "application": filled.pk})
    sent = answers | versions | {"key": shown["key"], "application": filled.pk, "title": "Второе"}
    answer = page.post(FORM, sent)
    assert answer.status_code == 409
    assert "Первое название" in answer.content.decode()
    assert 'value="title:Второе"' in answer.content.decode()


def test_a_patronymic_against_its_absence_clashes(open_window, filled):
    one, two = open_window(), open_window()
    one(patronymic="Петровна", patronymic_none="yes")
    html = two(patronymic="Сергеевна", patronymic_none="")
    assert "Оба ответа" in html
    two(take="patronymic:Сергеевна")
    assert filled.answers["patronymic"] == "Сергеевна"


def test_tab_of_a_confirmed_application_starts_no_other(open_window, filled, confirm):
    late = open_window()
    confirm(filled)
    assert "Заявка уже подтверждена" in late(surname="Сидорова")
    assert Application.objects.count() == 1


def test_api_refuses_answers_with_a_stale_digest(filled, applicant):
    client = APIClient()
    client.force_login(applicant)
    address = f"/api/v1/applications/{filled.pk}/"
    digest = client.get(address).json()["digest"]
    assert client.patch(address, {"digest": digest, "answers": {"surname": "А"}}).status_code == 200
    stale = client.patch(address, {"digest": digest, "answers": {"surname": "Б"}})
    assert (stale.status_code, stale.json()["code"]) == (409, "answers_changed")
    filled.refresh_from_db()
    assert filled.answers["surname"] == "А"
