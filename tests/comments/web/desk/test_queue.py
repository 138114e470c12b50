import re
from datetime import UTC, datetime

import pytest

from comments.actions import publish_word_list, report_comment
from comments.models import Comment, ModerationEvent, Thread, WordListVersion
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


def test_queue_is_read_oldest_first_page_by_page(say, editor, browser, monkeypatch):
    monkeypatch.setattr("comments.moderation.queues.SIZE", 2)
    for number in range(3):
        say(f"Слово номер {number}.")
    newest = browser(editor).get("/desk/?queue=published").content.decode()
    assert "номер 2" in newest
    assert "номер 0" not in newest
    oldest = browser(editor).get("/desk/?queue=published&order=oldest")
    page = oldest.content.decode()
    assert page.index("номер 0") < page.index("номер 1")
    assert "номер 2" not in page
    cursor = oldest.context["next_cursor"]
    rest = browser(editor).get(f"/desk/?queue=published&order=oldest&after={cursor}")
    assert "номер 2" in rest.content.decode()


def test_queue_is_filtered_by_section_and_by_what_held_the_comment(
    say, editor, browser, thread, site
):
    kind = WordListVersion.Kind.SUSPECT
    publish_word_list(site=site, name="suspect", kind=kind, entries=["слон"], actor=editor)
    thread.section = "nauka"
    thread.save(update_fields=["section"])
    other = Thread.objects.create(site=site, key="sport", section="sport")
    say("Про слонов", into=Thread.objects.get(key=thread.key))
    say("КРИЧИМ ПРОПИСНЫМИ БУКВАМИ ОЧЕНЬ ДОЛГО", into=Thread.objects.get(key=other.key))
    for query, there, not_there in [
        ("section=nauka", "Про", "КРИЧИМ"),
        ("section=sport", "КРИЧИМ", "Про <"),
        ("phase=suspect_words", "Про", "КРИЧИМ"),
        ("phase=capitals", "КРИЧИМ", "Про <"),
        ("phase=newcomer", 'class="empty"', "КРИЧИМ"),
    ]:
        page = browser(editor).get(f"/desk/?queue=held&{query}").content.decode()
        assert there in page
        assert not_there not in page


def test_words_that_held_a_comment_are_marked_in_its_text(say, editor, browser, site, thread):
    kind = WordListVersion.Kind.SUSPECT
    publish_word_list(site=site, name="suspect", kind=kind, entries=["слон"], actor=editor)
    say("Два **слона** <b>", into=Thread.objects.get(key=thread.key))
    page = browser(editor).get("/desk/?queue=held").content.decode()
    mark = '<mark title="подозрительные слова: слон">слона</mark>'
    assert f"<p>Два <strong>{mark}</strong> &lt;b&gt;</p>" in page


def test_both_verdicts_are_buttons_and_rules_come_before_the_boxes(say, editor, browser, rulebook):
    comment = say("Спорное")
    Comment.objects.filter(pk=comment.pk).update(state=State.HELD)
    page = browser(editor).get("/desk/?queue=held").content.decode()
    card = page.split(f'id="comment-{comment.pk}"', 1)[1].split('id="older"', 1)[0]
    approve, reject = card.index('data-key="approve"'), card.index('data-key="rules"')
    assert approve < reject < card.index("data-rule=") < card.index('name="note"')
    summary = card[card.rindex("<summary", 0, reject) : reject]
    assert "button" in summary
    keys = re.findall(r'data-rule="\d+"><kbd aria-hidden="true">(.)</kbd>', card)
    assert keys == list("1234567890-=")


def test_controls_of_a_card_name_its_author_and_second_and_the_card_is_an_article(
    say, editor, browser
):
    comment = say("Спорное")
    written = datetime(2026, 3, 1, 9, 30, 7, tzinfo=UTC)
    Comment.objects.filter(pk=comment.pk).update(created_at=written)
    page = browser(editor).get("/desk/?queue=published").content.decode()
    card = page.split(f'id="comment-{comment.pk}"', 1)[1].split('id="older"', 1)[0]
    assert f'<article class="queue-comment" aria-labelledby="author-{comment.pk}' in card
    assert 'aria-label="Выбрать: Анна К., 12:30:07"' in card
    for control in ("Человек", "Удалить"):
        assert f'{control}<span class="visually-hidden">: Анна К., 12:30:07</span>' in card
    assert "<kbd>" not in card


def test_answered_comment_is_quoted_without_its_marks(say, editor, browser):
    parent = say("Смотрите **итоги года**")
    say("Посмотрел", parent=parent)
    page = browser(editor).get("/desk/?queue=published").content.decode()
    quoted = page.split('class="desk-parent" lang="ru">', 1)[1].split("<", 1)[0]
    assert quoted == "Смотрите итоги года"


def test_single_keys_are_switched_off_for_one_person(say, editor, other_editor, browser):
    say("Спорное")
    shown = browser(editor).get("/desk/?queue=published").content.decode()
    assert 'aria-keyshortcuts="r"' in shown
    answer = browser(editor).post("/desk/keys/", {"next": "/desk/?queue=published"})
    assert answer["Location"] == "/desk/?queue=published"
    shown = browser(editor).get("/desk/?queue=published").content.decode()
    assert "page--no-shortcuts" in shown
    assert "data-shortcuts" not in shown
    assert "aria-keyshortcuts" not in shown
    other = browser(other_editor).get("/desk/").content.decode()
    assert "data-shortcuts" in other
    browser(editor).post("/desk/keys/", {"uses_shortcuts": "on"})
    assert "data-shortcuts" in browser(editor).get("/desk/").content.decode()


def test_switch_of_the_keys_leads_to_no_other_site(editor, browser):
    relative = browser(editor).post("/desk/keys/", {"next": "numbers"})
    assert relative.headers["Location"] == "numbers"
    answer = browser(editor).post("/desk/keys/", {"next": "https://elsewhere.example/"})
    assert answer["Location"] == "/desk/"


def test_address_of_a_decision_leads_to_its_comment(say, editor, browser):
    comment = say()
    answer = browser(editor).get(f"/desk/comments/{comment.pk}/decision/")
    assert answer["Location"] == f"/desk/comments/{comment.pk}/"


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
