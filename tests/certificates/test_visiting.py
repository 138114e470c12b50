"""What is typed before signing in, or after the session has ended."""

import pytest
from django.test import Client

from certificates.models import Application

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}
FORM = "/programmes/publication/"


@pytest.fixture
def visitor(programme):
    return Client()


def type_in(client, **typed):
    return client.post(FORM, typed, headers=HTMX).content.decode()


def test_a_visitor_is_told_of_slips_and_stores_no_application(visitor):
    said = type_in(visitor, surname="Ивaнова")
    assert "смешаны русские и латинские буквы" in said
    said = type_in(visitor, correct="surname:mixed_script")
    assert 'value="Иванова"' in said
    assert not Application.objects.exists()


def test_a_visitor_leaves_a_slip_as_it_is(visitor):
    type_in(visitor, surname="Ивaнова")
    assert "смешаны" not in type_in(visitor, keep="surname:mixed_script")


def test_a_visitor_s_typing_outlives_a_reload(visitor):
    type_in(visitor, surname="Иванова")
    assert 'value="Иванова"' in visitor.get(FORM).content.decode()


def test_a_visitor_sees_the_document_and_nobody_else_s(visitor):
    said = type_in(visitor, surname="Иванова", given_name="Мария")
    address = said.split('data-next="')[1].split('"')[0].replace("&amp;", "&")
    mine = visitor.get(address).content
    assert mine.startswith(b"\x89PNG")
    assert Client().get(address).content != mine


def test_faults_are_shown_before_a_visitor_registers(visitor, answers):
    page = visitor.post(FORM, answers | {"title": "", "surname": "Ивaнова"})
    assert page.status_code == 422
    assert "Заполните это поле" in page.content.decode()
    assert "смешаны" in page.content.decode()


def test_what_was_left_on_purpose_is_not_asked_again_after_signing_in(visitor, answers, applicant):
    type_in(visitor, surname="Ивaнова")
    type_in(visitor, keep="surname:mixed_script")
    assert visitor.post(FORM, answers | {"surname": "Ивaнова"}).url.startswith("/accounts/login/")
    visitor.force_login(applicant)
    visitor.get(FORM)
    draft = Application.objects.get()
    assert draft.kept == [["surname", "mixed_script", "Ивaнова"]]


def test_an_earlier_draft_is_not_overwritten_by_a_visitor_s(page, filled, visitor, applicant):
    visitor.post(FORM, {"surname": "Петрова", "given_name": "", "position": "директор"})
    visitor.force_login(applicant)
    shown = visitor.get(FORM).content.decode()
    filled.refresh_from_db()
    assert (filled.answers["surname"], filled.answers["given_name"]) == ("Иванова", "Мария")
    assert 'value="surname:Петрова"' in shown
    assert 'value="surname:Иванова"' in shown
    assert 'value="position:директор"' in visitor.get(FORM).content.decode()


def test_choosing_the_other_answer_settles_it(page, filled, visitor, applicant):
    visitor.post(FORM, {"surname": "Петрова"})
    visitor.force_login(applicant)
    visitor.get(FORM)
    visitor.post(FORM, {"application": filled.pk, "take": "surname:Петрова"})
    filled.refresh_from_db()
    assert filled.answers["surname"] == "Петрова"
    assert 'value="surname:Иванова"' not in visitor.get(FORM).content.decode()


def test_an_ended_session_says_so_and_loses_nothing(client, filled, applicant):
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


def test_another_person_at_the_same_browser_is_shown_nothing(client, filled, applicant, stranger):
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


def test_a_returned_application_outlives_an_ended_session(client, returned, applicant):
    address = f"/applications/{returned.pk}/edit/"
    client.post(address, {"owner": applicant.pk, "title": "Исправленное название"})
    client.force_login(applicant)
    assert "Исправленное название" in client.get(address).content.decode()


def test_a_draft_waits_for_the_limit_s_refusal_to_end(client, programme, applicant, answers):
    type(programme).objects.update(limit_per_person=0)
    client.post(FORM, answers)
    client.force_login(applicant)
    assert "столько заявок, сколько разрешают правила" in client.get(FORM).content.decode()
    type(programme).objects.update(limit_per_person=None)
    assert 'value="Иванова"' in client.get(FORM).content.decode()
