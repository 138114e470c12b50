"""Webhooks and e-mails through the real processes, and through their deaths."""

import email
import threading

import pytest
import redis
from django.utils import timezone
from standardwebhooks import Webhook

from accounts.models import User
from comments.actions import Decision, DecisionKind, Sender, decide, post_comment, send_complaint
from comments.models import CommentSettings, Complaint, Notification
from comments.permissions import find_thread
from comments.states import AuthorNotice
from core.models import Email, OutboxEvent, Site
from demo import emails
from demo.articles import ARTICLES
from demo.people import ADMINISTRATOR, EDITOR
from tests.support.browser.people import new_reader
from tests.support.halting import halted
from tests.support.outbox import wait_for_work
from tests.support.receiver import running_receiver
from tests.support.waiting import blocked, wait_for
from webhooks.actions import add_endpoint, remove_endpoint
from webhooks.models import Delivery


@pytest.fixture
def thread(stack):
    CommentSettings.objects.filter(site__slug="vesti").update(rates=[])
    return find_thread("vesti", ARTICLES[0].key)


@pytest.fixture
def receiver(stack):
    with running_receiver() as receiver:
        endpoint = add_endpoint(
            site=Site.objects.get(slug="vesti"),
            url=receiver.url,
            topics=["comment.published"],
            label="",
            actor=User.objects.get(email=ADMINISTRATOR.email),
        )
        receiver.secret = endpoint.secret
        yield receiver
        remove_endpoint(endpoint=endpoint, actor=User.objects.get(email=ADMINISTRATOR.email))


def is_delivered(comment):
    deliveries = Delivery.objects.filter(message__body__contains=f'"comment":{{"id":{comment.pk},')
    return deliveries.filter(status="delivered").exists()


def taken_of(comment, receiver):
    """The ids of the messages about a comment, each verified; the demo's own come as well."""
    messages = [
        (headers["webhook-id"], Webhook(receiver.secret).verify(body, headers))
        for headers, body in list(receiver.taken)
    ]
    return [uid for uid, said in messages if said["data"]["comment"]["id"] == comment.pk]


def is_told(answer):
    return Notification.objects.filter(comment=answer).exclude(mailed_at=None).exists()


def test_a_comment_reaches_the_receiver_by_itself(thread, receiver):
    author = new_reader("lida@example.org", "Лидия")
    comment = post_comment(author=author, thread=thread, text="Здравствуйте")
    wait_for(lambda: is_delivered(comment))
    assert len(taken_of(comment, receiver)) == 1


def test_a_worker_killed_in_the_midst_of_a_delivery_loses_nothing(stack, thread, receiver):
    receiver.hang = threading.Event()
    author = new_reader("mira@example.org", "Мира")
    comment = post_comment(author=author, thread=thread, text="Не потеряйте")
    wait_for(lambda: taken_of(comment, receiver))
    stack.kill("worker")
    receiver.hang.set()
    receiver.hang = None
    assert not is_delivered(comment)
    stack.start_missing()
    # Expire the dead worker's claim at once; it would expire after 100 seconds.
    Delivery.objects.filter(status="waiting").update(next_at=timezone.now())
    wait_for_work(lambda: is_delivered(comment))
    # At least once: the receiver knows the second by its id.
    assert len(set(taken_of(comment, receiver))) == 1


def test_a_reply_makes_one_email_even_if_processes_die(stack, thread):
    reader = new_reader("nonna@example.org", "Нонна")
    answering = new_reader("ostap@example.org", "Остап")
    parent = post_comment(author=reader, thread=thread, text="Кто знает?")
    stack.kill("worker")
    stack.kill("relay")
    answer = post_comment(author=answering, thread=thread, text="Я знаю", parent_id=parent.pk)
    stack.start_missing()
    wait_for_work(lambda: is_told(answer))
    (message,) = emails.newest(address=reader.email)
    assert "Я знаю" in message.text
    assert not blocked()


def test_a_reply_makes_one_email_even_if_the_queue_is_emptied(stack, thread):
    reader = new_reader("galina@example.org", "Галина")
    answering = new_reader("denis@example.org", "Денис")
    parent = post_comment(author=reader, thread=thread, text="Кто видел?")
    stack.kill("worker")
    answer = post_comment(author=answering, thread=thread, text="Я видел", parent_id=parent.pk)
    wait_for(lambda: not OutboxEvent.objects.waiting().exists())
    with redis.from_url(stack.valkey.url) as broker:
        broker.flushall()
    stack.start_missing()
    wait_for_work(lambda: is_told(answer))
    assert len(emails.newest(address=reader.email)) == 1


def emails_about(stack, words, address):
    """The identities of the e-mails to an address, one for each time it was sent."""
    paths = (stack.directory / "mail").glob("*.eml")
    sent = [email.message_from_bytes(path.read_bytes()) for path in paths]
    return [message["Message-ID"] for message in sent if _says(message, words, address)]


def _says(message, words, address):
    plain = message.get_payload(0).get_payload(decode=True).decode()
    return address in message["To"] and words in plain


@pytest.fixture
def kill_between_sending_and_saying_so(stack):
    """Kill the worker once a mail server has the e-mail and before the queue records that.

    The relay is dead beforehand, so that each step waits for the test.
    """

    def killed(*, words, address):
        with halted("UPDATE OF sent_at", "core_email"):
            stack.relay_once()
            # A task that triggers another one does so through a new outbox event.
            wait_for(lambda: stack.relay_once() or blocked())
            assert len(emails_about(stack, words, address)) == 1
            stack.kill("worker")
        # What a minute and a half would do to the dead worker's claim.
        Email.objects.unsent().update(claimed_until=timezone.now())
        stack.start_missing()

    stack.kill("relay")
    return killed


def test_a_worker_killed_after_sending_a_notification_repeats_the_same_email(
    stack, thread, kill_between_sending_and_saying_so
):
    reader = new_reader("pavel@example.org", "Павел Т.")
    parent = post_comment(author=reader, thread=thread, text="Кто помнит?")
    answering = new_reader("raisa@example.org", "Раиса")
    answer = post_comment(author=answering, thread=thread, text="Я помню", parent_id=parent.pk)
    notification = Notification.objects.filter(comment=answer)
    what = {"words": "Я помню", "address": reader.email}
    kill_between_sending_and_saying_so(**what)
    wait_for(lambda: notification.exclude(mailed_at=None).exists())
    first, second = emails_about(stack, **what)
    assert first == second


def test_a_worker_killed_after_sending_a_complaint_repeats_the_same_email(
    stack, thread, kill_between_sending_and_saying_so
):
    site = Site.objects.get(slug="vesti")
    stranger = Sender(None, "", "somebody@example.org", "192.0.2.1")
    complaint = send_complaint(site=site, text="Ошибка в третьем абзаце", sender=stranger)
    complaints = Complaint.objects.filter(pk=complaint.pk)
    what = {"words": complaint.text, "address": complaint.sent_to}
    kill_between_sending_and_saying_so(**what)
    wait_for(lambda: complaints.exclude(sent_at=None).exists())
    first, second = emails_about(stack, **what)
    assert first == second
    assert list(complaint.events.values_list("action", flat=True)) == ["received", "sent"]


def test_a_worker_killed_after_sending_to_an_author_repeats_the_same_email(
    stack, thread, kill_between_sending_and_saying_so
):
    author = new_reader("stepan@example.org", "Степан")
    comment = post_comment(author=author, thread=thread, text="Дважды не скажу")
    decide(
        comment=comment,
        decision=Decision(
            DecisionKind.REMOVE, rule_code="off-topic", author_notice=AuthorNotice.EMAIL
        ),
        editor=User.objects.get(email=EDITOR.email),
    )
    waiting = Email.objects.unsent().filter(to=author.email)
    what = {"words": comment.text, "address": author.email}
    kill_between_sending_and_saying_so(**what)
    wait_for(lambda: not waiting.exists())
    first, second = emails_about(stack, **what)
    assert first == second
