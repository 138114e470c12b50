"""Notifications in the page and by e-mail, sent once each despite repeats and parallel runs."""

import re
from datetime import UTC, datetime, timedelta
from smtplib import SMTPServerDisconnected
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.utils import timezone, translation

from accounts.actions import Subject, impose_sanction
from accounts.models import Sanction
from comments.actions import (
    Decision,
    choose_email_frequencies,
    decide,
    edit_comment,
    mute_person,
    undo_decision,
    withdraw_comment,
)
from comments.models import Notification
from comments.notifications.actions import claim_due, notify_of_comment, queue_email
from comments.notifications.preferences import due_at
from comments.states import AuthorNotice, DecisionKind, Frequency, NotificationKind
from comments.tasks import mail_due_notifications
from comments.upkeep.retention import prune_notifications
from core.mail import send
from core.mail.send import send_email
from core.models import Email, OutboxEvent, Site
from tests.support.outbox import lose_queue
from tests.support.parallel import in_parallel

pytestmark = pytest.mark.django_db


@pytest.fixture
def answer(say, reader, other_reader):
    """Борис answers Анна К."""
    return lambda text="Не согласен": say(text, parent=say("Первое слово"), by=other_reader)


@pytest.fixture
def impose(site, editor):
    def impose(person, kind):
        ends = None if kind == Sanction.Kind.WARNING else timezone.now() + timedelta(days=1)
        impose_sanction(
            site=site,
            kind=kind,
            subject=Subject.person(person),
            rule_label="",
            actor=editor,
            ends_at=ends,
        )

    return impose


def notified(person):
    return list(Notification.objects.filter(person=person).values_list("kind", "comment_id"))


def emails_to(person):
    return [message for message in mail.outbox if message.to == [person.email]]


def test_replied_person_is_notified_once_with_an_email(answer, reader, other_reader, deliver):
    reply = answer("Не согласен **ничуть**")
    deliver()
    notify_of_comment(comment_id=reply.pk)
    deliver()
    assert notified(reader) == [("reply", reply.pk)]
    assert notified(other_reader) == []
    (message,) = emails_to(reader)
    assert message.subject == "Ответ на ваш комментарий: Статья"
    assert "Не согласен" in message.body
    assert f"/threads/comments/{reply.pk}/" in message.body
    assert "Борис: ответ на ваш комментарий" in message.body


def test_a_reply_whose_queue_is_lost_notifies_all_the_same(answer, reader, deliver):
    reply = answer()
    lose_queue()
    deliver()
    assert notified(reader) == [("reply", reply.pk)]
    assert len(emails_to(reader)) == 1


def test_tasks_that_run_twice_notify_once(answer, reader, deliver_twice):
    reply = answer()
    deliver_twice()
    assert notified(reader) == [("reply", reply.pk)]
    assert len(emails_to(reader)) == 1


def test_a_reply_to_oneself_notifies_nobody(say, reader, deliver):
    say("Добавлю", parent=say("Слово"))
    deliver()
    assert notified(reader) == []


def test_an_answer_deeper_than_the_tree_tells_the_one_it_answers(
    say, thread, reader, other_reader, deliver
):
    settings = thread.settings
    settings.max_depth = 1
    settings.save()
    second = say("Два", parent=say("Раз", by=other_reader))
    third = say("Три", parent=second, by=other_reader)
    deliver()
    assert ("reply", third.pk) in notified(reader)


def test_a_held_reply_notifies_when_it_is_published(
    say, settings_of_site, other_reader, editor, deliver
):
    parent = say("Первое слово")
    settings_of_site.mode = "premoderated"
    settings_of_site.save()
    held = say("Отвечу", parent=parent, by=other_reader)
    deliver()
    assert notified(parent.author) == []
    decide(comment=held, decision=Decision(DecisionKind.APPROVE), editor=editor)
    deliver()
    assert notified(parent.author) == [("reply", held.pk)]
    assert notified(other_reader) == [("decision", held.pk)]


@pytest.mark.parametrize(
    "text",
    [
        "@Анна К. посмотрите",
        "посмотрите, @анна к., сами",
        "(@«Анна К.»)",
        '@"Анна К." да',
        "**@Анна К.**",
    ],
)
def test_somebody_of_the_thread_is_called_by_name(say, other_reader, reader, deliver, text):
    say("Слово")
    call = say(text, by=other_reader)
    deliver()
    assert notified(reader) == [("mention", call.pk)]
    assert f'data-person="{reader.pk}"' in call.html
    assert emails_to(reader)[0].subject == "К вам обратились: Статья"


@pytest.mark.parametrize("text", ["пишите на a@Борис", "@Борислав", "@Бори", "`@нет`", "@«Бо»"])
def test_who_is_not_called_is_not_told(say, other_reader, deliver, text):
    say("Слово", by=other_reader)
    call = say(text)
    deliver()
    assert notified(other_reader) == []
    assert "mention" not in call.html


def test_anybody_is_called_by_the_full_name_in_quotes(say, person, deliver):
    stranger = person("s@example.org", "Семён Семёнов")
    say("@«Семён Семёнов» и @Семён Семёнов")
    deliver()
    assert len(notified(stranger)) == 1


def test_of_two_names_the_longer_one_is_meant(say, person, deliver):
    short, long = person("i@example.org", "Иван"), person("ip@example.org", "Иван Петров")
    say("Я", by=short)
    say("И я", by=long)
    say("@Иван Петров прав")
    deliver()
    assert (len(notified(short)), len(notified(long))) == (0, 1)


def test_an_answer_that_calls_by_name_is_one_notification(say, reader, other_reader, deliver):
    reply = say("@Анна К. нет", parent=say("Слово"), by=other_reader)
    deliver()
    assert notified(reader) == [("reply", reply.pk)]


def test_an_edit_tells_those_it_adds_and_nobody_twice(say, reader, other_reader, person, deliver):
    third = person("t@example.org", "Тимофей")
    for somebody in (reader, third):
        say("Слово", by=somebody)
    call = say("@Тимофей да", by=other_reader)
    deliver()
    edit_comment(comment=call, author=other_reader, text="@Тимофей и @Анна К. да")
    deliver()
    assert notified(third) == notified(reader) == [("mention", call.pk)]
    assert len(emails_to(third)) == len(emails_to(reader)) == 1
    call.refresh_from_db()
    assert call.html.count("mention") == 2


def test_at_most_ten_people_are_called(say, person, deliver):
    names = ["Ада", "Ева", "Зоя", "Ира", "Лев", "Луи", "Мира", "Нил", "Оля", "Пьер", "Рая", "Ян"]
    for number, name in enumerate(names):
        person(f"p{number}@example.org", name)
    say(" ".join(f"@{name}" for name in names))
    deliver()
    assert Notification.objects.count() == 10


def test_a_name_in_markup_stays_text(say, person, deliver, reader):
    person("x@example.org", "<b>Глеб</b>")
    assert "<b>" not in say("@«<b>Глеб</b>» привет").html


MILD = [Sanction.Kind.WARNING, Sanction.Kind.PREMODERATION]
STRICT = [Sanction.Kind.MUTE, Sanction.Kind.SUSPENSION, Sanction.Kind.BAN]


@pytest.mark.parametrize("kind", STRICT)
def test_person_who_cannot_comment_is_not_notified(answer, reader, impose, deliver, kind):
    answer()
    impose(reader, kind)
    deliver()
    assert notified(reader) == emails_to(reader) == []


@pytest.mark.parametrize("kind", MILD)
def test_person_who_can_comment_is_notified(answer, reader, impose, deliver, kind):
    reply = answer()
    impose(reader, kind)
    deliver()
    assert notified(reader) == [("reply", reply.pk)]
    assert len(emails_to(reader)) == 1


def test_erased_person_is_not_notified(answer, reader, deliver):
    answer()
    reader.is_active = False
    reader.save()
    deliver()
    assert notified(reader) == mail.outbox == []


def test_whom_one_hides_one_does_not_hear(answer, say, reader, other_reader, deliver):
    mute_person(reader=reader, person_id=other_reader.pk)
    answer()
    say("@Анна К. ау", by=other_reader)
    deliver()
    assert notified(reader) == []


@pytest.mark.usefixtures("thread", "rulebook")
@pytest.mark.parametrize("author_notice", AuthorNotice)
def test_author_is_notified_of_a_decision_unless_the_editors_chose_silence(
    say, editor, reader, deliver, author_notice
):
    comment = say()
    decide(
        comment=comment,
        decision=Decision(DecisionKind.REMOVE, rule_code="spam", author_notice=author_notice),
        editor=editor,
    )
    deliver()
    assert bool(notified(reader)) is (author_notice != AuthorNotice.NONE)


def test_of_a_return_hears_only_who_has_heard_of_the_removal(
    say, editor, rulebook, reader, deliver
):
    loud, silent = say("Раз"), say("Два")
    for comment, author_notice in ((loud, AuthorNotice.RULE), (silent, AuthorNotice.NONE)):
        decide(
            comment=comment,
            decision=Decision(DecisionKind.REMOVE, rule_code="spam", author_notice=author_notice),
            editor=editor,
        )
        deliver()
        undo_decision(comment=comment, editor=editor)
        deliver()
    assert notified(reader) == [("decision", loud.pk)] * 2


def test_ones_own_act_is_no_news(say, reader, deliver):
    withdraw_comment(comment=say(), author=reader)
    deliver()
    assert notified(reader) == []


MONDAY = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # eight in the morning in Moscow


@pytest.mark.parametrize(
    ("frequency", "told_at", "due"),
    [
        (Frequency.AT_ONCE, MONDAY, MONDAY),
        (Frequency.DAILY, MONDAY, MONDAY + timedelta(hours=1)),
        (Frequency.DAILY, MONDAY + timedelta(hours=1), MONDAY + timedelta(days=1, hours=1)),
        (Frequency.WEEKLY, MONDAY, MONDAY + timedelta(hours=1)),
        (Frequency.WEEKLY, MONDAY + timedelta(hours=2), MONDAY + timedelta(days=7, hours=1)),
        (Frequency.WEEKLY, MONDAY + timedelta(days=6), MONDAY + timedelta(days=7, hours=1)),
        (Frequency.NEVER, MONDAY, None),
    ],
)
def test_digests_go_at_nine_in_moscow_by_default(frequency, told_at, due):
    assert due_at(frequency, told_at, Site()) == due


@pytest.mark.parametrize(
    ("time_zone", "told_at", "due"),
    [
        # Six in the evening of Monday there.
        ("Asia/Vladivostok", datetime(2026, 11, 23, 8, 0, tzinfo=UTC), "2026-11-30T09:00+10:00"),
        # Still Sunday there.
        ("America/New_York", datetime(2026, 11, 23, 4, 0, tzinfo=UTC), "2026-11-23T09:00-05:00"),
        # Spans the change from summer time.
        ("Europe/Berlin", datetime(2026, 10, 23, 8, 0, tzinfo=UTC), "2026-10-26T09:00+01:00"),
    ],
)
def test_digests_go_at_nine_by_the_clock_of_the_publication(time_zone, told_at, due):
    site = Site(time_zone=time_zone)
    assert due_at(Frequency.WEEKLY, told_at, site) == datetime.fromisoformat(due)


@pytest.mark.parametrize("frequency", [Frequency.DAILY, Frequency.WEEKLY])
def test_what_waits_goes_by_the_clock_of_its_publication(answer, reader, site, deliver, frequency):
    site.time_zone = "Asia/Kamchatka"
    site.save()
    choose_email_frequencies(person=reader, chosen={NotificationKind.REPLY: Frequency.DAILY})
    answer()
    deliver()
    choose_email_frequencies(person=reader, chosen={NotificationKind.REPLY: frequency})
    due = Notification.objects.get().due_at.astimezone(ZoneInfo("Asia/Kamchatka"))
    assert (due.hour, due.minute) == (9, 0)


@pytest.fixture
def digest(say, reader, other_reader, deliver, monkeypatch):
    """Three answers wait for the daily e-mail; calling it brings the hour and the e-mail."""
    choose_email_frequencies(person=reader, chosen={NotificationKind.REPLY: Frequency.DAILY})
    first = say("Первое слово")
    replies = [say(text, parent=first, by=other_reader) for text in ("Раз", "Два", "Три")]
    deliver()
    assert mail.outbox == []

    def comes():
        Notification.objects.exclude(due_at=None).update(due_at=timezone.now())
        queue_email(person_id=reader.pk, site_id=first.site_id)
        deliver()
        return emails_to(reader)

    comes.replies = replies
    return comes


def test_a_digest_is_one_email_with_all(digest):
    (message,) = digest()
    assert message.subject == "3 уведомления: Статья"
    assert all(text in message.body for text in ("Раз", "Два", "Три"))
    assert len(digest()) == 1


def test_digest_omits_what_was_removed(digest, editor, rulebook):
    decide(
        comment=digest.replies[1],
        decision=Decision(DecisionKind.REMOVE, rule_code="spam"),
        editor=editor,
    )
    assert "Два" not in digest()[0].body


def test_digest_omits_what_was_read(digest, browser, reader):
    newest = Notification.objects.order_by("-id")[1]
    browser(reader).post("/notifications/read/", {"up_to": newest.pk})
    body = digest()[0].body
    assert "Три" in body
    assert "Раз" not in body


def test_whom_one_hides_meanwhile_is_not_in_it(digest, reader, other_reader):
    mute_person(reader=reader, person_id=other_reader.pk)
    assert digest() == []


def test_banned_person_gets_no_digest(digest, reader, impose):
    impose(reader, Sanction.Kind.BAN)
    assert digest() == []
    assert not Notification.objects.exclude(due_at=None).exists()


def test_unsubscribing_takes_back_an_email_that_waits_for_the_server(digest, reader, monkeypatch):
    def refuse(*_):
        raise SMTPServerDisconnected

    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", refuse)
        digest()
    choose_email_frequencies(person=reader, chosen={NotificationKind.REPLY: Frequency.NEVER})
    assert not Email.objects.exists()
    assert digest() == []


def test_a_choice_counts_for_what_waits(digest, reader):
    choose_email_frequencies(person=reader, chosen={NotificationKind.REPLY: Frequency.NEVER})
    assert digest() == []


def test_beat_finds_what_is_due(digest, monkeypatch):
    addresses = []
    monkeypatch.setattr(
        "comments.tasks.mail_notifications.delay", lambda *ids: addresses.append(ids), raising=True
    )
    mail_due_notifications()
    assert addresses == []
    Notification.objects.update(due_at=timezone.now())
    mail_due_notifications()
    assert len(addresses) == 1


def test_an_email_that_the_server_refuses_goes_the_next_time(digest, monkeypatch):
    def refuse(*_):
        raise SMTPServerDisconnected

    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", refuse)
        assert digest() == []
    Email.objects.update(next_at=timezone.now())
    send_email(Email.objects.unsent().get().pk)
    assert len(digest()) == 1


def test_a_worker_lost_after_sending_makes_one_duplicate_known_by_its_id(
    digest, reader, monkeypatch
):
    with monkeypatch.context() as patched:
        patched.setattr(send, "_record_patiently", lambda _email: None)  # killed just before
        (first,) = digest()
    assert len(digest()) == 1  # the claim has not lapsed
    Email.objects.update(claimed_until=timezone.now())
    send_email(Email.objects.unsent().get().pk)
    first, second = digest()
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
    assert len(digest()) == 2


@pytest.mark.django_db(transaction=True)
def test_concurrent_events_notify_once(answer, reader, deliver):
    reply = answer()
    in_parallel(lambda _number: notify_of_comment(comment_id=reply.pk), 5)
    assert notified(reader) == [("reply", reply.pk)]
    in_parallel(lambda _n: queue_email(person_id=reader.pk, site_id=reply.site_id), 5)
    deliver()
    assert len(emails_to(reader)) == 1
    assert OutboxEvent.objects.filter(topic="notification.due").count() >= 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_hold_one_notification(answer, reader, site):
    notify_of_comment(comment_id=answer().pk)
    taken = []
    in_parallel(lambda _number: taken.extend(claim_due(person=reader, site=site)[1]), 4)
    assert len(taken) == 1


def unsubscribing(message):
    return re.search(r"<http://[^/]+(/[^>]+)>", message.extra_headers["List-Unsubscribe"])[1]


def test_one_click_unsubscribes_without_signing_in(answer, reader, browser, deliver):
    answer()
    deliver()
    (message,) = emails_to(reader)
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = unsubscribing(message)
    page = browser().get(address)
    assert "Ответы на мои комментарии" in page.content.decode()
    answer()
    deliver()
    assert len(emails_to(reader)) == 2  # looking changes nothing
    done = browser().post(address, {"List-Unsubscribe": "One-Click"})
    assert "больше не будет" in done.content.decode()
    answer()
    deliver()
    assert len(emails_to(reader)) == 2
    assert len(notified(reader)) == 3


def test_a_mail_program_has_no_csrf_token(answer, reader, deliver):
    answer()
    deliver()
    strict = Client(enforce_csrf_checks=True)
    address = unsubscribing(emails_to(reader)[0])
    assert strict.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200


def test_a_forged_link_unsubscribes_nobody(browser, answer, reader, deliver):
    answer()
    deliver()
    address = unsubscribing(emails_to(reader)[0])
    assert browser().post(f"{address[:-3]}xx/").status_code == 404
    assert not reader.notification_choices.exists()


def test_emails_are_in_the_readers_language(answer, reader, deliver):
    reader.language = "en"
    reader.save()
    answer()
    with translation.override("ru"):
        deliver()
    (message,) = emails_to(reader)
    assert message.subject == "Reply to your comment: Статья"
    html = message.alternatives[0].content
    assert 'lang="en"' in html
    assert "No more such e-mails" in html


def test_the_list_shows_what_is_new_and_lets_it_be_read(answer, reader, browser, deliver):
    answer("Не согласен")
    deliver()
    page = browser(reader).get("/notifications/").content.decode()
    assert "Борис: ответ на ваш комментарий" in page
    assert "Не согласен" in page
    newest = Notification.objects.get().pk
    browser(reader).post("/notifications/read/", {"up_to": newest})
    assert Notification.objects.get().read_at is not None
    assert "новое" not in browser(reader).get("/notifications/").content.decode()


def test_nobody_reads_anothers_notifications(answer, reader, other_reader, browser, deliver):
    answer("Не согласен")
    deliver()
    notification = Notification.objects.get()
    assert "Не согласен" not in browser(other_reader).get("/notifications/").content.decode()
    browser(other_reader).post("/notifications/read/", {"up_to": notification.pk})
    notification.refresh_from_db()
    assert notification.read_at is None


@pytest.mark.usefixtures("thread", "rulebook")
def test_what_was_removed_is_no_longer_in_the_list(answer, reader, browser, editor, deliver):
    reply = answer("Не согласен")
    deliver()
    decide(comment=reply, decision=Decision(DecisionKind.REMOVE, rule_code="spam"), editor=editor)
    assert "Не согласен" not in browser(reader).get("/notifications/").content.decode()
    assert browser(reader).get("/api/v1/notifications/").json() == {
        "unread": 0,
        "notifications": [],
        "next_cursor": "",
    }


@pytest.mark.usefixtures("site")
def test_emails_are_chosen_on_their_page(reader, browser):
    sent = {"reply": "weekly", "mention": "never", "decision": "daily"}
    browser(reader).post("/notifications/settings/", sent)
    assert browser(reader).get("/api/v1/notifications/emails/").json() == sent
    refused = browser(reader).post("/notifications/settings/", {"reply": "hourly"})
    assert refused.status_code == 422
    assert browser(reader).get("/api/v1/notifications/emails/").json() == sent


def test_the_api_tells_reads_and_chooses(answer, reader, browser, deliver):
    reply = answer("Не согласен")
    deliver()
    client = browser(reader)
    page = client.get("/api/v1/notifications/").json()
    (notification,) = page["notifications"]
    assert (page["unread"], notification["kind"], notification["author"]) == (1, "reply", "Борис")
    assert (notification["comment"], notification["html"]) == (reply.pk, "<p>Не согласен</p>")
    me = client.get("/api/v1/sites/vesti/threads/article-1/viewer/").json()
    assert me["unread"] == 1
    read = client.post(
        "/api/v1/notifications/read/", {"up_to": notification["id"]}, "application/json"
    )
    assert read.json() == {"unread": 0}
    chosen = client.put(
        "/api/v1/notifications/emails/", {"reply": "daily"}, "application/json"
    ).json()
    assert chosen == {"reply": "daily", "mention": "at_once", "decision": "never"}


def test_people_of_the_thread_are_suggested(say, reader, other_reader, person, browser):
    elsewhere = person("b@example.org", "Богдан")
    say("Слово", by=other_reader)
    say("Моё")
    address = "/api/v1/sites/vesti/threads/article-1/people/?q="
    page = browser(reader).get(f"{address}б").json()
    assert page == [{"id": other_reader.pk, "name": "Борис"}]
    assert elsewhere.display_name not in str(page)
    by_last_name = browser(other_reader).get(f"{address}к.").json()
    assert [one["name"] for one in by_last_name] == ["Анна К."]
    assert browser(reader).get(f"{address}ан").json() == []  # not oneself
    assert browser().get(f"{address}б").status_code == 401


def test_old_notifications_go(answer, deliver):
    answer()
    deliver()
    Notification.objects.update(created_at=timezone.now() - timedelta(days=181))
    prune_notifications()
    assert not Notification.objects.exists()
