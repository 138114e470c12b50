import pytest

from comments.actions import report_comment
from comments.models import ModerationEvent
from comments.states import ReportOutcome, State

pytestmark = [pytest.mark.urls("tests.support.thread_urls"), pytest.mark.django_db]
TOMBSTONE = "Комментарий удалён редакцией"


@pytest.fixture
def decide(browser, editor, rulebook):
    def post(comment, decision, *, by=editor, expected=None, **fields):
        fields = {"decision": decision, "expected": expected or comment.state} | fields
        return browser(by).post(f"/desk/comments/{comment.pk}/decision/", fields)

    return post


def test_editor_removes_and_the_public_sees_the_tombstone(say, editor, browser, decide):
    comment = say("Купите слона")
    assert "Купите слона" in browser(editor).get("/desk/?queue=published").content.decode()
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


def test_author_learns_the_rule_unless_the_rule_says_nothing(say, reader, decide, browser):
    decide(say("Первый"), "remove", rule="insults")
    decide(say("Второй"), "remove", rule="spam")
    page = browser(reader).get("/page/article-1/").content.decode()
    assert "Оскорбления и травля" in page
    assert "Первый" in page
    assert "Второй" not in page


def test_undo_returns_what_was_and_the_record_keeps_both(thread, say, editor, decide, browser):
    thread.mode = "premoderated"
    thread.save(update_fields=["mode"])
    comment = say("Подумаем")
    decide(comment, "approve")
    browser(editor).post(f"/desk/comments/{comment.pk}/undo/")
    comment.refresh_from_db()
    assert comment.state == State.HELD
    assert [event.action for event in comment.events.all()] == ["approved", "undone"]


def test_nobody_undoes_another_editors_decision(say, decide, other_editor, browser):
    comment = say()
    decide(comment, "remove", rule="insults")
    answer = browser(other_editor).post(f"/desk/comments/{comment.pk}/undo/")
    comment.refresh_from_db()
    assert (answer.status_code, comment.state) == (409, State.REMOVED)


def test_stale_decision_over_htmx_says_what_happened(say, editor, decide, rulebook, browser):
    comment = say()
    decide(comment, "remove", rule="insults")
    answer = browser(editor).post(
        f"/desk/comments/{comment.pk}/decision/",
        {"decision": "approve", "expected": "held", "note": "Цела"},
        headers={"HX-Request": "true"},
    )
    assert answer["HX-Retarget"] == f"#comment-{comment.pk}"
    assert "Вера Р.: удалён" in answer.content.decode()


def test_search_finds_other_forms_of_a_word(say, editor, browser):
    say("Подстанции построены")
    say("Совсем о другом")
    html = browser(editor).get("/desk/?queue=newest&words=подстанция").content.decode()
    assert "Подстанции построены" in html
    assert "Совсем о другом" not in html


def test_search_by_rule_person_thread_and_day(say, editor, other_reader, decide, browser):
    decide(say("Первый"), "remove", rule="insults")
    say("Второй", by=other_reader)
    for query, there, not_there in [
        ("rule=insults", "Первый", "Второй"),
        ("person=борис", "Второй", "Первый"),
        ("thread=нет такой", 'class="empty"', "Первый"),
        ("until=2001-01-01", 'class="empty"', "Первый"),
    ]:
        page = browser(editor).get(f"/desk/?queue=newest&{query}").content.decode()
        assert there in page
        assert not_there not in page


def test_card_of_a_person_counts_and_remembers(say, reader, editor, decide, browser):
    decide(say("Лишнее"), "remove", rule="insults", note="Помним")
    card = browser(editor).get(f"/desk/people/{reader.pk}/").content.decode()
    assert "Помним" in card
    assert "Лишнее" in card
    assert browser(reader).get(f"/desk/people/{reader.pk}/").status_code == 403


def test_another_editor_who_looks_is_named(say, editor, other_editor, browser):
    comment = say()
    assert browser(editor).post(f"/desk/comments/{comment.pk}/claim/").content == b""
    html = browser(other_editor).post(f"/desk/comments/{comment.pk}/claim/").content.decode()
    assert "Вера Р." in html


def test_rule_alone_is_the_decision_against(say, editor, browser, rulebook):
    comment = say("Реклама")
    fields = {"expected": "published", "rule": "advertising"}
    browser(editor).post(f"/desk/comments/{comment.pk}/decision/", fields)
    comment.refresh_from_db()
    assert comment.state == State.REMOVED


def test_pulse_tells_who_looks_and_what_was_decided(say, editor, other_editor, browser, decide):
    looked_at, decided, still = say("Смотрят"), say("Решено"), say("Ждёт")
    browser(other_editor).post(f"/desk/comments/{looked_at.pk}/claim/")
    decide(decided, "remove", by=other_editor, rule="insults")
    shown = ",".join(f"{one.pk}:published" for one in (looked_at, decided, still))
    pulse = browser(editor).get(f"/desk/pulse/?shown={shown}&newest=x").content.decode()
    parts = pulse.split('id="claim-')
    assert "другой редактор" in next(part for part in parts if part.startswith(f"{looked_at.pk}"))
    assert "Глеб Р., удалён" in next(part for part in parts if part.startswith(f"{decided.pk}"))
    quiet = next(part for part in parts if part.startswith(f"{still.pk}"))
    assert 'innerHTML"></p>' in quiet


def test_comment_that_an_editor_has_left_is_free_again(say, editor, other_editor, browser):
    comment = say()
    browser(editor).post(f"/desk/comments/{comment.pk}/claim/")
    browser(other_editor).post(f"/desk/comments/{comment.pk}/release/")
    assert comment.claim.editor == editor
    browser(editor).post(f"/desk/comments/{comment.pk}/release/")
    assert browser(other_editor).post(f"/desk/comments/{comment.pk}/claim/").content == b""


def test_who_looks_stands_on_the_rows_of_the_queue(say, editor, other_editor, browser):
    comment = say()
    browser(other_editor).post(f"/desk/comments/{comment.pk}/claim/")
    queue = browser(editor).get("/desk/?queue=published").content.decode()
    assert "смотрит другой редактор: Глеб Р." in queue
    own = browser(other_editor).get("/desk/?queue=published").content.decode()
    assert "смотрит другой" not in own


def test_opened_comment_is_shown_in_its_conversation(say, editor, browser):
    root = say("Начало разговора")
    answer = say("Возражение", parent=root)
    say("Ещё возражение", parent=root)
    page = browser(editor).get(f"/desk/comments/{answer.pk}/context/").content.decode()
    assert page.index("Начало") < page.index("Возражение") < page.index("Ещё возражение")
    assert "Статья" in page


def test_long_conversation_shows_what_is_near_and_counts_the_rest(say, editor, browser):
    root = say("Начало")
    replies = [say(f"Реплика №{number}.", parent=root) for number in range(30)]
    page = browser(editor).get(f"/desk/comments/{replies[20].pk}/context/").content.decode()
    assert "Реплика №19." in page
    assert "Реплика №5." not in page
    assert "ещё 8 ответов до этого" in page


def test_editor_returns_to_the_comment_with_an_undo(say, editor, decide, browser):
    comment = say()
    answer = decide(comment, "remove", rule="insults")
    page = browser(editor).get(answer["Location"]).content.decode()
    assert f"/desk/comments/{comment.pk}/undo/" in page


def test_filters_stay_in_the_addresses_of_the_queues(editor, browser, thread):
    page = browser(editor).get("/desk/?queue=held&words=слон&after=").content.decode()
    assert "?queue=removed&amp;words=%D1%81%D0%BB%D0%BE%D0%BD" in page


def test_reports_stand_on_the_comment_and_are_answered_there(
    say, other_reader, editor, decide, browser
):
    comment = say("Спорное")
    decide(say("Другое"), "remove", rule="spam")
    report_comment(comment=comment, reporter=other_reader, rule_code="insults", note="Грубо")
    queue = browser(editor).get("/desk/?queue=reported").content.decode()
    assert "Оскорбления и травля · Борис · <q>Грубо</q>" in queue
    assert "Другое" not in queue
    decide(comment, "keep")
    assert comment.reports.get().outcome == ReportOutcome.DECLINED
    assert "Спорное" not in browser(editor).get("/desk/?queue=reported").content.decode()


def test_explanation_reaches_the_author_and_survives_a_refusal(say, reader, decide, browser):
    comment = say("Резко")
    refused = decide(comment, "remove", explanation="Переход на личности").content.decode()
    assert "Переход на личности" in refused
    decide(comment, "remove", rule="insults", explanation="Переход на личности")
    assert "Переход на личности" in browser(reader).get("/page/article-1/").content.decode()
    assert "Переход на личности" not in browser().get("/page/article-1/").content.decode()
