"""An author appeals once, and another editor decides."""

import re
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.actions import Subject, impose_sanction
from accounts.models import Sanction, User
from comments.actions import (
    Decision,
    choose_email_frequencies,
    decide,
    decide_appeal,
    make_appeal,
    undo_decision,
)
from comments.models import Appeal, Comment, EmailSettings, ModerationEvent, Notification
from comments.moderation.appeals import (
    AlreadyAppealed,
    AnotherEditorDecides,
    AppealPeriodOver,
    NotAppealable,
)
from comments.notifications.actions import notify_of_decision
from comments.states import AuthorNotice, DecisionKind, Frequency, NotificationKind, State
from core.errors import InvalidInput, NotFound
from core.models import Site
from core.states import StaleDecision

pytestmark = [pytest.mark.urls("tests.support.thread_urls"), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def email_settings(site):
    return EmailSettings.objects.create(site=site, appeal_days=14)


@pytest.fixture
def remove(editor, rulebook):
    def act(comment, *, expected=None, **details):
        decision = Decision(
            DecisionKind.REMOVE,
            **{"rule_code": "insults", "author_notice": AuthorNotice.RULE} | details,
        )
        return decide(comment=comment, decision=decision, editor=editor, expected=expected)

    return act


@pytest.fixture
def appealed(say, reader, remove):
    """An appeal that waits."""
    return make_appeal(comment=remove(say("Резко")), author=reader, text="Это цитата")


@pytest.mark.parametrize(
    ("zone", "at", "last_day"),
    [
        ("", "2026-11-30T02:56:00+00:00", "2026-12-14"),
        ("", "2026-11-30T21:30:00+00:00", "2026-12-15"),  # the first of December in Moscow
        ("Asia/Vladivostok", "2026-11-30T15:00:00+00:00", "2026-12-15"),
    ],
)
def test_the_last_day_is_whole_by_the_clock_of_the_publication(site, zone, at, last_day):
    site.time_zone = zone
    email_settings = EmailSettings(site=site, appeal_days=14)
    event = ModerationEvent(at=datetime.fromisoformat(at), to_state=State.REMOVED)
    until = email_settings.appeal_until(event).astimezone(site.clock)
    assert f"{until:%Y-%m-%d %H:%M}" == f"{last_day} 23:59"


@pytest.mark.parametrize("zone", ["", "Europe/Kaliningrad", "Asia/Kamchatka"])
def test_email_and_page_name_the_same_last_day(say, remove, browser, deliver, zone):
    Site.objects.update(time_zone=zone)
    comment = remove(say("Резко"), author_notice=AuthorNotice.EMAIL)
    deliver()
    last_day = re.search(r"один раз, (по .+? включительно)", mail.outbox[-1].body)[1]
    page = browser(comment.author).get(f"/threads/comments/{comment.pk}/appeal/").content.decode()
    assert last_day in page


def test_appeal_is_against_the_decision_that_stands(appealed, reader):
    assert (appealed.decision, appealed.author) == (ModerationEvent.objects.get(), reader)
    assert [event.action for event in appealed.events.all()] == ["made"]


def test_once_for_a_decision(appealed, reader):
    with pytest.raises(AlreadyAppealed):
        make_appeal(comment=appealed.comment, author=reader, text="И ещё")
    assert Appeal.objects.get().text == "Это цитата"


def test_another_editor_restores_by_the_decision_of_that_name(appealed, other_editor, deliver):
    decide_appeal(appeal=appealed, editor=other_editor, grant=True, answer="Вы правы", note="Да")
    comment = Comment.objects.get()
    event = ModerationEvent.objects.last()
    assert (comment.state, event.action, event.actor) == (State.PUBLISHED, "restored", other_editor)
    assert (event.note, [e.action for e in appealed.events.all()]) == ("Да", ["made", "granted"])
    deliver()
    [email] = mail.outbox
    assert (email.to, email.subject) == (
        ["anna@example.org"],
        "Ваше возражение удовлетворено: Статья",
    )
    assert "Вы правы" in email.body
    assert f"/threads/comments/{comment.pk}/" in email.body


def test_after_a_declined_appeal_the_comment_stays_removed_and_its_author_learns_why(
    appealed, other_editor, deliver
):
    with pytest.raises(InvalidInput) as refused:
        decide_appeal(appeal=appealed, editor=other_editor, grant=False)
    assert "answer" in refused.value.fields
    decide_appeal(appeal=appealed, editor=other_editor, grant=False, answer="Цитаты не видно")
    assert Comment.objects.get().state == State.REMOVED
    deliver()
    assert "Цитаты не видно" in mail.outbox[0].body


def test_repeated_it_changes_nothing_and_against_another_it_is_stale(
    appealed, editor, other_editor, deliver
):
    for _ in range(2):
        decide_appeal(appeal=appealed, editor=other_editor, grant=True)
    with pytest.raises(StaleDecision):
        decide_appeal(appeal=appealed, editor=other_editor, grant=False, answer="Нет")
    deliver()
    assert (len(mail.outbox), appealed.events.count()) == (1, 2)


def test_whoever_decided_does_not_decide_the_appeal(appealed, editor, other_editor):
    with pytest.raises(AnotherEditorDecides):
        decide_appeal(appeal=appealed, editor=editor, grant=False, answer="Всё верно")
    appealed.refresh_from_db()
    assert appealed.status == "open"


def test_an_only_editor_decides_and_the_author_is_informed(appealed, editor, deliver):
    decide_appeal(appeal=appealed, editor=editor, grant=False, answer="Всё верно")
    appealed.refresh_from_db()
    deliver()
    assert appealed.same_editor
    assert "Другого редактора в издании нет" in mail.outbox[0].body


def test_nothing_is_appealed_where_the_publication_does_not_allow_it(
    say, reader, remove, email_settings
):
    email_settings.appeal_days = None
    email_settings.save()
    with pytest.raises(NotAppealable):
        make_appeal(comment=remove(say()), author=reader, text="Почему?")


def test_nor_after_the_period(say, reader, remove, email_settings, monkeypatch):
    comment = remove(say())
    later = timezone.now() + timedelta(days=15)
    monkeypatch.setattr("comments.moderation.appeals.timezone.now", lambda: later)
    with pytest.raises(AppealPeriodOver):
        make_appeal(comment=comment, author=reader, text="Почему?")


def test_silent_removal_cannot_be_appealed(say, reader, remove):
    with pytest.raises(NotFound):
        make_appeal(
            comment=remove(say(), author_notice=AuthorNotice.NONE), author=reader, text="Ну?"
        )


def test_public_comment_cannot_be_appealed(say, reader):
    with pytest.raises(NotAppealable):
        make_appeal(comment=say(), author=reader, text="На всякий случай")


def test_rejected_comment_may_be_appealed_too(say, reader, thread, editor, rulebook):
    thread.mode = "premoderated"
    thread.save(update_fields=["mode"])
    comment = say("Подождёт")
    decide(
        comment=comment, decision=Decision(DecisionKind.REJECT, rule_code="insults"), editor=editor
    )
    assert make_appeal(comment=comment, author=reader, text="За что?").pk


def test_restored_otherwise_the_appeal_is_moot(appealed, editor):
    undo_decision(comment=appealed.comment, editor=editor)
    appealed.refresh_from_db()
    assert (appealed.status, appealed.events.last().action) == ("moot", "moot")


def test_comment_removed_again_can_be_appealed_again(appealed, other_editor, reader, remove):
    decide_appeal(appeal=appealed, editor=other_editor, grant=True)
    comment = remove(Comment.objects.get(), rule_code="off-topic")
    assert make_appeal(comment=comment, author=reader, text="Снова нет").decision.rule.code == (
        "off-topic"
    )


def test_statistics_know_what_was_overturned(appealed, say, remove, other_editor, site):
    second = make_appeal(comment=remove(say("Второй")), author=appealed.author, text="И это")
    decide_appeal(appeal=appealed, editor=other_editor, grant=True)
    decide_appeal(appeal=second, editor=other_editor, grant=False, answer="Нет")
    span = (timezone.now() - timedelta(hours=1), timezone.now() + timedelta(hours=1))
    assert Appeal.objects.outcomes(site, *span) == {"granted": 1, "declined": 1}
    assert list(Appeal.objects.overturned(site, *span)) == [appealed]
    tomorrow = span[1] + timedelta(days=1)
    assert Appeal.objects.outcomes(site, span[1], tomorrow) == {}


def test_author_appeals_on_a_page_that_the_thread_and_ones_own_list_lead_to(
    say, reader, other_reader, remove, browser
):
    comment = remove(say("Резко"), explanation="Переход на личности")
    url = f"/threads/comments/{comment.pk}/appeal/"
    client = browser(reader)
    for page in ("/page/article-1/", "/threads/mine/"):
        shown = client.get(page).content.decode()
        assert url in shown
        assert "Переход на личности" in shown
    assert browser(other_reader).get(url).status_code == 404
    assert client.post(url, {"text": " "}).status_code == 422
    after = client.post(url, {"text": "Это цитата"}, follow=True).content.decode()
    assert "Возражение отправлено" in after
    assert "ждёт другого редактора" in after
    assert url not in after


def test_own_list_hides_what_was_removed_in_silence(say, reader, remove, browser):
    remove(say("Реклама слонов"), rule_code="spam", author_notice=AuthorNotice.NONE)
    say("Остаётся")
    page = browser(reader).get("/threads/mine/").content.decode()
    assert "Остаётся" in page
    assert "слонов" not in page


def test_desk_reads_and_decides_by_the_api(appealed, other_editor, browser):
    client = browser(other_editor)
    [item] = client.get("/api/v1/moderation/appeals/").json()["items"]
    assert (item["id"], item["text"], item["comment_text"]) == (appealed.pk, "Это цитата", "Резко")
    assert item["decision"]["rule"] == "insults"
    url = f"/api/v1/moderation/appeals/{appealed.pk}/decision/"
    body = {"grant": True, "answer": "Верно"}
    answer = client.post(url, body, content_type="application/json").json()
    assert (answer["status"], answer["decided_by"]) == ("granted", "Глеб Р.")
    assert client.get("/api/v1/moderation/appeals/").json()["items"] == []
    assert len(client.get("/api/v1/moderation/appeals/?status=granted").json()["items"]) == 1


def test_thread_shows_the_answer_to_its_author(appealed, other_editor, reader, browser):
    decide_appeal(appeal=appealed, editor=other_editor, grant=False, answer="Цитаты не видно")
    page = browser(reader).get("/page/article-1/").content.decode()
    assert "отклонено" in page
    assert "Цитаты не видно" in page


def notified(person):
    """Return the person's notifications, newest first."""
    return [
        (
            notification.kind,
            notification.event and notification.event.action,
            notification.appeal and notification.appeal.status,
        )
        for notification in Notification.objects.filter(person=person).order_by("-id")
    ]


def test_granted_appeal_makes_one_email_and_one_notification_with_any_settings(
    appealed, other_editor, reader, deliver, browser
):
    choose_email_frequencies(person=reader, chosen={NotificationKind.DECISION: Frequency.AT_ONCE})
    deliver()
    mail.outbox.clear()
    decide_appeal(appeal=appealed, editor=other_editor, grant=True, answer="Вы правы")
    for event in ModerationEvent.objects.all():
        notify_of_decision(event_id=event.pk)
    deliver()
    assert [email.subject for email in mail.outbox] == ["Ваше возражение удовлетворено: Статья"]
    assert notified(reader) == [("decision", "restored", "granted"), ("decision", "removed", None)]
    page = browser(reader).get("/notifications/").content.decode()
    assert "Ваше возражение удовлетворено: комментарий снова на странице" in page
    assert "Вы правы" in page


def test_declined_appeal_is_in_the_notifications_with_the_answer(
    appealed, other_editor, reader, deliver, browser
):
    deliver()
    decide_appeal(appeal=appealed, editor=other_editor, grant=False, answer="Цитаты не видно")
    deliver()
    assert notified(reader) == [("decision", None, "declined"), ("decision", "removed", None)]
    newest = browser(reader).get("/api/v1/notifications/").json()["notifications"][0]
    assert (newest["appeal"], newest["outcome"]) == ("declined", None)
    page = browser(reader).get("/notifications/").content.decode()
    assert "Ваше возражение отклонено: решение остаётся в силе" in page
    assert "Цитаты не видно" in page


@pytest.mark.parametrize("lost", ["banned", "erased"])
def test_who_may_not_be_told_finds_no_notification(appealed, other_editor, reader, lost, deliver):
    deliver()
    site = appealed.comment.thread.site
    if lost == "banned":
        ban = {"site": site, "kind": Sanction.Kind.BAN, "subject": Subject.person(reader)}
        impose_sanction(rule_label="", actor=other_editor, **ban)
    else:
        User.objects.filter(pk=reader.pk).update(is_active=False)
        appealed.refresh_from_db()
    decide_appeal(appeal=appealed, editor=other_editor, grant=True)
    deliver()
    assert notified(reader) == [("decision", "removed", None)]
