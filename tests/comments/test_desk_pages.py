import pytest

from comments.models import ModerationEvent
from comments.states import State

pytestmark = [pytest.mark.urls("tests.comments.thread_urls"), pytest.mark.django_db]
TOMBSTONE = "Комментарий удалён редакцией"


@pytest.fixture
def decide(browser, editor, rulebook):
    def post(comment, decision, *, by=editor, expected=None, **fields):
        fields = {"decision": decision, "expected": expected or comment.state} | fields
        return browser(by).post(f"/desk/comments/{comment.pk}/decision/", fields)

    return post


def test_editor_removes_and_the_public_sees_the_tombstone(say, editor, browser, decide):
    comment = say("Купите слона")
    assert "Купите слона" in browser(editor).get("/desk/").content.decode()
    decide(comment, "remove", rule="advertising", note="Третий раз за день")
    public = browser().get("/page/article-1/").content.decode()
    assert TOMBSTONE in public
    assert "Купите слона" not in public
    event = ModerationEvent.objects.get()
    assert (event.actor, event.rule.code, event.rule.version.number) == (editor, "advertising", 1)
    assert (event.note, event.revision.text) == ("Третий раз за день", "Купите слона")


def test_editor_restores(say, decide, browser):
    comment = say("Вернусь")
    decide(comment, "remove", rule="off-topic")
    decide(comment, "restore", expected="removed")
    assert "Вернусь" in browser().get("/page/article-1/").content.decode()
    comment.refresh_from_db()
    assert comment.state == State.PUBLISHED


def test_removal_rests_on_a_rule(say, decide):
    comment = say()
    page = decide(comment, "remove", note="Набранное не теряется")
    assert page.status_code == 422
    assert "Набранное не теряется" in page.content.decode()
    comment.refresh_from_db()
    assert comment.state == State.PUBLISHED


def test_stale_decision_shows_the_present_state(say, decide):
    comment = say()
    decide(comment, "remove", rule="insults")
    page = decide(comment, "approve", expected="held", note="Моя заметка")
    assert page.status_code == 409
    assert "Моя заметка" in page.content.decode()
    assert ModerationEvent.objects.count() == 1


def test_reader_finds_no_desk(say, reader, decide, browser):
    comment = say()
    assert browser(reader).get("/desk/").status_code == 403
    assert decide(comment, "remove", by=reader, rule="insults").status_code == 403
    assert browser().get("/desk/").status_code == 302
    comment.refresh_from_db()
    assert comment.state == State.PUBLISHED


def test_author_is_told_the_rule_unless_the_rule_says_nothing(say, reader, decide, browser):
    decide(say("Первый"), "remove", rule="insults")
    decide(say("Второй"), "remove", rule="spam")
    page = browser(reader).get("/page/article-1/").content.decode()
    assert "Оскорбления и травля" in page
    assert "Первый" in page
    assert "Второй" not in page
