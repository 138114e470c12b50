"""Answers typed before signing in or after the session expired."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from certificates.fields import Field, FieldKind
from certificates.models import Application
from certificates.programmes import publish_form

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}
FORM = "/programmes/publication/"


@pytest.fixture
def visitor(programme):
    return Client()


def type_in(client, **typed):
    return client.post(FORM, typed, headers=HTMX).content.decode()


def test_visitor_sees_slips_and_stores_no_application(visitor):
    html = type_in(visitor, surname="Ивaнова")
    assert "смешаны русские и латинские буквы" in html
    html = type_in(visitor, correct="surname:mixed_script")
    assert 'value="Иванова"' in html
    assert not Application.objects.exists()


def test_visitor_can_dismiss_a_slip(visitor):
    type_in(visitor, surname="Ивaнова")
    assert "смешаны" not in type_in(visitor, dismiss="surname:mixed_script")


def test_visitor_s_answers_survive_a_reload(visitor):
    type_in(visitor, surname="Иванова")
    assert 'value="Иванова"' in visitor.get(FORM).content.decode()


def test_answer_to_a_programme_that_has_just_closed_is_refused_and_kept(visitor, programme):
    type(programme).objects.update(closes_at=timezone.now() - timedelta(minutes=1))
    refused = visitor.post(FORM, {"surname": "Иванова"}, headers=HTMX)
    assert refused.status_code == 409
    assert "То, что вы ввели, сохранено" in refused.content.decode()
    type(programme).objects.update(closes_at=None)
    assert waiting(visitor, "surname") == ["Иванова"]


def test_visitor_sees_only_their_own_preview(visitor):
    html = type_in(visitor, surname="Иванова", given_name="Мария")
    address = html.split('data-next="')[1].split('"')[0].replace("&amp;", "&")
    mine = visitor.get(address).content
    assert mine.startswith(b"\x89PNG")
    assert Client().get(address).content != mine


def test_faults_are_shown_before_a_visitor_registers(visitor, answers):
    page = visitor.post(FORM, answers | {"title": "", "surname": "Ивaнова"})
    assert page.status_code == 422
    assert "Введите название" in page.content.decode()
    assert "смешаны" in page.content.decode()


def test_dismissed_slips_stay_dismissed_after_signing_in(visitor, answers, applicant):
    type_in(visitor, surname="Ивaнова")
    type_in(visitor, dismiss="surname:mixed_script")
    assert visitor.post(FORM, answers | {"surname": "Ивaнова"}).url.startswith("/accounts/login/")
    visitor.force_login(applicant)
    visitor.get(FORM)
    draft = Application.objects.get()
    assert draft.dismissed_slips == [["surname", "mixed_script", "Ивaнова"]]


def test_an_earlier_draft_is_not_overwritten_by_a_visitor_s(page, filled, visitor, applicant):
    visitor.post(FORM, {"surname": "Петрова", "given_name": "", "position": "директор"})
    visitor.force_login(applicant)
    shown = visitor.get(FORM).content.decode()
    filled.refresh_from_db()
    assert (filled.answers["surname"], filled.answers["given_name"]) == ("Иванова", "Мария")
    assert 'value="surname:Петрова"' in shown
    assert 'value="surname:Иванова"' in shown
    assert 'value="position:директор"' in visitor.get(FORM).content.decode()


def test_choosing_an_answer_resolves_the_clash(page, filled, visitor, applicant):
    visitor.post(FORM, {"surname": "Петрова"})
    visitor.force_login(applicant)
    visitor.get(FORM)
    visitor.post(FORM, {"application": filled.pk, "take": "surname:Петрова"})
    filled.refresh_from_db()
    assert filled.answers["surname"] == "Петрова"
    assert 'value="surname:Иванова"' not in visitor.get(FORM).content.decode()


def test_expired_session_is_reported_and_loses_nothing(client, filled, applicant):
    sent = {"owner": applicant.pk, "application": filled.pk, "surname": "Иванова-Петрова"}
    answer = client.post(FORM, sent, headers=HTMX)
    assert answer.status_code == 401
    assert "/accounts/login/?next=" in answer.content.decode()
    client.force_login(applicant)
    client.get(FORM)
    filled.refresh_from_db()
    assert filled.answers["surname"] == "Иванова-Петрова"


def test_the_whole_form_sent_after_the_session_ended_comes_back(client, filled, answers, applicant):
    sent = answers | {"owner": applicant.pk, "application": filled.pk, "title": "Другое название"}
    assert client.post(FORM, sent).url.startswith("/accounts/login/")
    client.force_login(applicant)
    assert "Другое название" in client.get(FORM).content.decode()


def test_another_person_in_the_same_browser_sees_nothing(client, filled, applicant, stranger):
    sent = {"owner": applicant.pk, "application": filled.pk, "surname": "Тайная"}
    client.post(FORM, sent, headers=HTMX)
    assert "Тайная" not in client.get(FORM).content.decode()
    client.force_login(stranger)
    assert "Тайная" not in client.get(FORM).content.decode()
    assert not Application.objects.filter(applicant=stranger).exists()
    filled.refresh_from_db()
    assert filled.answers["surname"] == "Иванова"


@pytest.fixture
def returned(by_hand, filled, confirm, return_it):
    confirm(filled)
    return_it(filled)
    return filled


def test_returned_application_survives_an_expired_session(client, returned, applicant):
    address = f"/applications/{returned.pk}/edit/"
    client.post(address, {"owner": applicant.pk, "title": "Исправленное название"})
    client.force_login(applicant)
    assert "Исправленное название" in client.get(address).content.decode()


def test_draft_waits_in_the_session_while_the_limit_is_reached(
    client, programme, applicant, answers
):
    type(programme).objects.update(limit_per_person=0)
    client.post(FORM, answers)
    client.force_login(applicant)
    assert "столько заявок, сколько разрешают правила" in client.get(FORM).content.decode()
    type(programme).objects.update(limit_per_person=None)
    assert 'value="Иванова"' in client.get(FORM).content.decode()


class Window:
    """A page of the visitor's as it was opened: it sends all that it shows, as the browser does."""

    def __init__(self, client, key):
        self.client, self.key = client, key
        page = client.get(FORM).content.decode()
        self.seen = dict(re.findall(r'name="(version:[^"]+)" value="([^"]*)"', page))
        self.shown = {name.removeprefix("version:"): "" for name in self.seen}

    def type_in(self, name, value):
        self.shown[name] = value
        headers = HTMX | {"hx-trigger": f"answer-{name}"}
        sent = self.shown | self.seen | {"key": self.key, "sent_at": "1"}
        return self.client.post(FORM, sent, headers=headers).content.decode()


def test_empty_answers_of_a_second_tab_delete_nothing(visitor):
    first, second = Window(visitor, "a"), Window(visitor, "b")
    first.type_in("surname", "Иванова")
    html = second.type_in("given_name", "Мария")
    assert 'name="surname" value="Иванова"' in html
    assert waiting(visitor, "surname", "given_name") == ["Иванова", "Мария"]


def test_two_tabs_of_a_visitor_offer_both_answers(visitor, applicant):
    first, second = Window(visitor, "a"), Window(visitor, "b")
    first.type_in("surname", "Иванова")
    assert "Оба ответа сохранены" in second.type_in("surname", "Петрова")
    assert waiting(visitor, "surname") == ["Иванова"]
    visitor.force_login(applicant)
    assert 'value="surname:Петрова"' in visitor.get(FORM).content.decode()


def test_choosing_between_two_tabs_resolves_the_clash(visitor):
    first, second = Window(visitor, "a"), Window(visitor, "b")
    first.type_in("surname", "Иванова")
    second.type_in("surname", "Петрова")
    html = type_in(visitor, take="surname:Петрова")
    assert "Оба ответа сохранены" not in html
    assert waiting(visitor, "surname") == ["Петрова"]


def test_open_tab_restores_answers_of_a_lost_session(visitor):
    window = Window(visitor, "a")
    html = window.type_in("surname", "Иванова")
    window.seen |= dict(re.findall(r'name="(version:[^"]+)" value="([^"]*)"', html))
    visitor.cookies.clear()
    window.type_in("given_name", "Мария")
    assert waiting(visitor, "surname", "given_name") == ["Иванова", "Мария"]


@pytest.mark.django_db(transaction=True)
def test_tabs_that_write_at_once_lose_no_answer(visitor):
    type_in(visitor, email="ivanova@yandex.ru")
    names = ["surname", "given_name", "patronymic", "position", "institution", "title"]
    windows = [Window(visitor, name) for name in names]
    with ThreadPoolExecutor(len(names)) as threads:
        list(threads.map(_typed_in_its_own_connection, windows, names))
    assert waiting(visitor, *names) == [f"Слово {name}" for name in names]


def _typed_in_its_own_connection(window, name):
    window.client = _same_browser(window.client)
    try:
        window.type_in(name, f"Слово {name}")
    finally:
        connection.close()


def _same_browser(client):
    other = Client()
    other.cookies = client.cookies
    return other


def waiting(client, *names):
    page = client.get(FORM).content.decode()
    return [_shown(page, name) for name in names]


def _shown(page, name):
    pattern = rf'name="{name}" value="([^"]*)"|<textarea id="answer-{name}"[^>]*>\n([^<]*)'
    match = re.search(pattern, page)
    return match[1] or match[2] or ""


def test_required_file_can_be_attached_after_signing_in(
    programme, visitor, answers, applicant, registrar
):
    fields = programme.forms.newest().fields
    review = Field("review", FieldKind.FILE, "Отзыв", "Review")
    publish_form(programme=programme, fields=[*fields, review], actor=registrar)
    assert "Файл прилагают после входа или регистрации" in visitor.get(FORM).content.decode()
    assert visitor.post(FORM, answers).url.startswith("/accounts/login/?next=")
    visitor.force_login(applicant)
    page = visitor.get(FORM).content.decode()
    assert 'value="Иванова"' in page
    assert '<input type="file"' in page
    refused = visitor.post(FORM, answers)
    assert "Приложите файл" in refused.content.decode()
