import pytest

from comments.actions import Decision, decide, make_appeal
from comments.models import EmailSettings
from comments.states import AppealStatus, DecisionKind, State

pytestmark = pytest.mark.django_db
FORM = '/decision/">\n      <input'


@pytest.fixture
def appeal(say, reader, editor, rulebook, site):
    EmailSettings.objects.create(site=site, appeal_days=14)
    comment = say("Снято зря")
    decide(
        comment=comment, decision=Decision(DecisionKind.REMOVE, rule_code="insults"), editor=editor
    )
    return make_appeal(comment=comment, author=reader, text="Никого не оскорбляла")


@pytest.fixture
def answer(browser, appeal, other_editor):
    def post(by=other_editor, **fields):
        return browser(by).post(f"/desk/appeals/{appeal.pk}/decision/", fields)

    return post


def test_appeal_is_shown_with_the_comment_the_decision_and_the_reasons(
    appeal, browser, other_editor
):
    page = browser(other_editor).get("/desk/appeals/").content.decode()
    for phrase in ("Снято зря", "Никого не оскорбляла", "Вера Р.", "Оскорбления и травля"):
        assert phrase in page


def test_another_editor_restores_the_comment(appeal, answer):
    answer(outcome="granted", answer="Вы правы")
    appeal.refresh_from_db()
    appeal.comment.refresh_from_db()
    assert (appeal.status, appeal.comment.state) == (AppealStatus.GRANTED, State.PUBLISHED)
    assert appeal.answer == "Вы правы"


def test_who_took_the_decision_is_told_that_another_decides(
    appeal, answer, editor, browser, other_editor
):
    assert "Решение принимали вы" in browser(editor).get("/desk/appeals/").content.decode()
    page = answer(by=editor, outcome="granted", answer="Не потеряться")
    appeal.refresh_from_db()
    assert (page.status_code, appeal.status) == (403, AppealStatus.OPEN)
    assert "Не потеряться" in page.content.decode()


def test_decided_appeal_offers_no_button(appeal, answer, browser, other_editor):
    answer(outcome="declined", answer="Правило есть правило")
    address = f"/desk/appeals/{appeal.pk}/"
    listed = browser(other_editor).get("/desk/appeals/?status=declined").content.decode()
    assert "Снято зря" in listed
    assert "Рассмотреть" not in listed
    page = browser(other_editor).get(address).content.decode()
    assert "Правило есть правило" in page
    assert "Глеб Р." in page
    assert FORM not in page


def test_own_decision_offers_no_form(appeal, browser, editor, other_editor):
    address = f"/desk/appeals/{appeal.pk}/"
    assert FORM not in browser(editor).get(address).content.decode()
    assert FORM in browser(other_editor).get(address).content.decode()


def test_only_editor_decides_on_the_own_decision(appeal, browser, editor):
    page = browser(editor).get(f"/desk/appeals/{appeal.pk}/").content.decode()
    assert FORM in page
    assert "Рассмотреть" in browser(editor).get("/desk/appeals/").content.decode()


def test_answer_is_not_called_optional(appeal, browser, other_editor):
    page = browser(other_editor).get(f"/desk/appeals/{appeal.pk}/").content.decode()
    label = page.split("Ответ автору", 1)[1].split("</label>", 1)[0]
    assert "необязательно" not in label


def test_address_of_the_form_leads_to_its_page(appeal, browser, other_editor):
    page = browser(other_editor).get(f"/desk/appeals/{appeal.pk}/decision/")
    assert page["Location"] == f"/desk/appeals/{appeal.pk}/"


def test_decision_that_stands_needs_an_answer(appeal, answer):
    page = answer(outcome="declined", note="Моя заметка")
    appeal.refresh_from_db()
    assert (page.status_code, appeal.status) == (422, AppealStatus.OPEN)
    assert "Моя заметка" in page.content.decode()


def test_appeal_that_another_editor_decided_is_not_decided_again(appeal, answer):
    answer(outcome="declined", answer="Правило есть правило")
    page = answer(outcome="granted", answer="Моё мнение")
    appeal.refresh_from_db()
    assert (page.status_code, appeal.status) == (409, AppealStatus.DECLINED)
    assert "Моё мнение" in page.content.decode()
    assert FORM not in page.content.decode()
