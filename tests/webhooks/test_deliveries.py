"""Deliveries to a real server on loopback that fails, hangs, recovers and asks to stop."""

import json
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from accounts.actions import grant_role, register_person, request_erasure
from accounts.actions.own_data import carry_out_erasure
from accounts.models import ErasureRequest, Role
from accounts.permissions import FreshProof
from comments.actions import Decision, decide, post_comment
from comments.models import Thread
from comments.states import DecisionKind
from core import outbox
from core.models import OutboxEvent
from tests.support.outbox import forget_results, lose_queue
from tests.support.parallel import in_parallel
from webhooks import sending
from webhooks.actions import (
    create_message,
    create_messages,
    pause_endpoint,
    prune_messages,
    replay_delivery,
    replay_failed,
    resume_endpoint,
    rotate_secret,
    send_test,
)
from webhooks.actions.deliveries import claim_attempt
from webhooks.models import Attempt, Delivery, Endpoint, EndpointEvent, Message
from webhooks.states import GIVEN_UP_AFTER, MOST_ATTEMPTS, PAUSES

pytestmark = pytest.mark.django_db


def verified(request, secret):
    headers, body = request
    return Webhook(secret).verify(body, headers)


def test_a_published_comment_reaches_the_receiver_signed(endpoint, receiver, say, deliver):
    comment = say("Хорошая статья")
    deliver()
    assert len(receiver.taken) == 1
    payload = verified(receiver.taken[0], endpoint.secret)
    assert payload["type"] == "comment.published"
    assert payload["data"]["comment"]["text"] == "Хорошая статья"
    assert payload["data"]["comment"]["author"] == {"id": comment.author_id, "name": "Анна К."}
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.attempts.get().status_code) == ("delivered", 200)


def test_a_forged_message_is_distinguished_from_ours(endpoint, receiver, say, deliver):
    say()
    deliver()
    headers, body = receiver.taken[0]
    with pytest.raises(WebhookVerificationError):
        verified((headers, body.replace(b"published", b"something")), endpoint.secret)


def test_messages_contain_nothing_private_about_people(
    endpoint, receiver, say, deliver, administrator
):
    comment = say("Слово за слово")
    decide(
        comment=comment,
        decision=Decision(DecisionKind.REMOVE, rule_code="spam"),
        editor=administrator,
    )
    deliver()
    removed = json.loads(receiver.taken[-1][1])
    assert removed["type"] == "comment.removed"
    assert removed["data"]["decision"]["rule"] == "spam"
    assert removed["data"]["comment"]["author"] is removed["data"]["comment"]["text"] is None
    everything = b"".join(body for _headers, body in receiver.taken).decode()
    assert "@" not in everything
    assert "Павла" not in everything


def test_a_thread_for_registered_readers_tells_no_text(endpoint, receiver, say, deliver):
    Thread.objects.update(registered_only=True)
    say("Только для своих")
    deliver()
    assert json.loads(receiver.taken[0][1])["data"]["comment"]["text"] is None


def test_topics_that_were_not_chosen_are_not_sent(endpoint, receiver, say, deliver, site):
    site.comment_settings.mode = "premoderated"
    site.comment_settings.save()
    say()
    deliver()
    assert receiver.taken == []
    assert not Message.objects.exists()


def test_a_paused_endpoint_gets_no_messages(endpoint, receiver, say, deliver, administrator):
    pause_endpoint(endpoint=endpoint, actor=administrator)
    say()
    deliver()
    resume_endpoint(endpoint=endpoint, actor=administrator)
    deliver()
    assert receiver.taken == []


def test_a_failed_message_comes_again_under_the_same_id(
    endpoint, receiver, say, deliver, retry_now
):
    receiver.status = 503
    say()
    deliver()
    delivery = Delivery.objects.get()
    pause = delivery.next_at - delivery.attempts.get().at
    assert PAUSES[0] * 0.7 < pause < PAUSES[0] * 1.5
    receiver.status = 204
    retry_now()
    first, second = (headers["webhook-id"] for headers, _body in receiver.taken)
    assert first == second
    assert Delivery.objects.get().status == "delivered"
    assert Endpoint.objects.get().failing_since is None


def test_an_endpoint_that_has_just_failed_is_left_alone(endpoint, receiver, say, deliver):
    receiver.status = 500
    say("Раз")
    deliver()
    say("Два")
    deliver()
    assert len(receiver.taken) == 1


def test_a_receiver_that_hangs_does_not_hold_the_worker(
    endpoint, receiver, say, deliver, monkeypatch
):
    monkeypatch.setattr(sending, "_SECONDS", 0.3)
    receiver.hang = threading.Event()
    say()
    deliver()
    receiver.hang.set()
    attempt = Attempt.objects.get()
    assert (attempt.status_code, attempt.failure) == (None, "timeout")
    assert 250 < attempt.milliseconds < 3000


def test_a_receiver_that_is_not_there_is_a_failure(site, administrator, receiver, endpoint):
    Endpoint.objects.update(url="http://127.0.0.1:9/")
    delivery = send_test(endpoint=endpoint, actor=administrator)
    sending.send(delivery.pk)
    assert delivery.attempts.get().failure == "connection"


def test_redirects_are_not_followed(endpoint, receiver, say, deliver):
    receiver.status, receiver.headers = 302, {"Location": receiver.url}
    say()
    deliver()
    assert len(receiver.taken) == 1
    assert Attempt.objects.get().status_code == 302
    assert Delivery.objects.get().status == "waiting"


def test_of_an_endless_answer_only_the_beginning_is_kept(endpoint, receiver, say, deliver):
    receiver.answer = b"\x00x" * 500_000
    say()
    deliver()
    assert 0 < len(Attempt.objects.get().excerpt) <= 2_000


@pytest.mark.usefixtures("endpoint")
def test_after_the_last_attempt_it_has_failed_and_can_be_replayed(
    receiver, say, deliver, retry_now, administrator
):
    receiver.status = 500
    say()
    deliver()
    for _ in range(MOST_ATTEMPTS + 2):
        retry_now()
    delivery = Delivery.objects.get()
    assert (len(receiver.taken), delivery.status) == (MOST_ATTEMPTS, "failed")
    receiver.status = 200
    Endpoint.objects.update(rests_until=None)
    replay_delivery(delivery=delivery, actor=administrator)
    deliver()
    assert Delivery.objects.get().status == "delivered"
    assert len({headers["webhook-id"] for headers, _body in receiver.taken}) == 1


@pytest.mark.usefixtures("endpoint")
def test_an_endpoint_that_fails_for_days_is_switched_off_with_an_email(
    receiver, say, deliver, retry_now, administrator
):
    receiver.status = 500
    say("Раз")
    deliver()
    Endpoint.objects.update(failing_since=timezone.now() - GIVEN_UP_AFTER - timedelta(minutes=1))
    retry_now()
    retry_now()
    say("Два")
    deliver()
    assert Endpoint.objects.get().status == "disabled"
    assert list(Delivery.objects.values_list("status", flat=True)) == ["failed", "failed"]
    assert [message.to for message in mail.outbox] == [[administrator.email]]
    assert receiver.url in mail.outbox[0].body
    assert EndpointEvent.objects.filter(action="endpoint.disabled").count() == 1


def test_what_was_missed_while_it_was_off_is_sent_again(
    endpoint, receiver, say, deliver, administrator
):
    receiver.status = 410
    say("Раз")
    deliver()
    assert Endpoint.objects.get().status == "disabled"
    say("Два")
    deliver()
    receiver.status = 200
    resume_endpoint(endpoint=endpoint, actor=administrator)
    since = timezone.now() - timedelta(hours=1)
    assert replay_failed(endpoint=endpoint, actor=administrator, since=since) == 2
    for delivery in Delivery.objects.all():
        sending.send(delivery.pk)
    assert set(Delivery.objects.values_list("status", flat=True)) == {"delivered"}


def test_only_what_happened_since_is_replayed(endpoint, receiver, say, deliver, administrator):
    receiver.status = 410
    say()
    deliver()
    since = timezone.now() + timedelta(seconds=1)
    assert replay_failed(endpoint=endpoint, actor=administrator, since=since) == 0


def test_while_a_secret_changes_both_fit(endpoint, receiver, say, deliver, administrator):
    changed = rotate_secret(endpoint=endpoint, actor=administrator)
    say()
    deliver()
    for secret in (endpoint.secret, changed.secret):
        assert verified(receiver.taken[0], secret)["type"] == "comment.published"
    Endpoint.objects.update(former_secret_until=timezone.now())
    say()
    deliver()
    with pytest.raises(WebhookVerificationError):
        verified(receiver.taken[1], endpoint.secret)


def test_a_repeated_event_notifies_once(endpoint, receiver, say, deliver):
    say()
    deliver()
    event = OutboxEvent.objects.get(topic="comment.posted")
    create_message(event_id=event.pk)
    deliver()
    sending.send(Delivery.objects.get().pk)
    assert len(receiver.taken) == 1


def test_an_event_that_cannot_be_announced_delays_no_other(endpoint, say):
    say()
    event = OutboxEvent.objects.get(topic="comment.posted")
    lost = OutboxEvent.objects.create(topic="comment.posted", payload={"comment_id": 0})
    with pytest.raises(outbox.SomeFailed) as raised:
        create_messages(event_ids=[lost.pk, event.pk])
    assert raised.value.failures.keys() == {lost.pk}
    assert Message.objects.get().event_id == event.pk


def test_a_message_keeps_its_id_whatever_is_sent_again(endpoint, receiver, say, deliver):
    say()
    lose_queue()
    deliver()
    uid = Message.objects.get().uid
    for _ in range(3):
        forget_results()
        deliver()
    assert Message.objects.get().uid == uid
    assert len(receiver.taken) == 1


@pytest.mark.usefixtures("endpoint", "thread")
def test_each_publication_gets_its_own_messages(receiver, deliver, reader, site):
    site.pk, site.slug = None, "sosedi"
    site.save()
    other = Thread.objects.create(site=site, key="a")
    post_comment(author=reader, thread=other, text="У соседей")
    deliver()
    assert receiver.taken == []


def test_old_messages_go(endpoint, say, deliver):
    say()
    deliver()
    Message.objects.update(created_at=timezone.now() - timedelta(days=31))
    prune_messages()
    assert not Message.objects.exists()
    assert not Attempt.objects.exists()


@pytest.mark.usefixtures("endpoint")
def test_every_administrator_is_emailed_in_their_language(
    receiver, say, deliver, administrator, site
):
    other = register_person(
        email="john@example.org", password="p" * 12, display_name="John", language="en"
    )
    grant_role(user=other, site=site, name=Role.Name.ADMINISTRATOR, actor=None)
    receiver.status = 410
    say()
    deliver()
    assert {message.to[0]: message.subject for message in mail.outbox} == {
        administrator.email: "Вебхук выключен: Лента",
        other.email: "A webhook is switched off: Лента",
    }


@pytest.mark.django_db(transaction=True)
def test_workers_that_come_at_once_send_once(endpoint, receiver, administrator):
    delivery = send_test(endpoint=endpoint, actor=administrator)
    in_parallel(lambda _number: sending.send(delivery.pk), 5)
    assert len(receiver.taken) == 1


@pytest.mark.django_db(transaction=True)
def test_a_lost_worker_leaves_the_message_to_the_next(endpoint, receiver, administrator):
    delivery = send_test(endpoint=endpoint, actor=administrator)
    assert claim_attempt(delivery_id=delivery.pk) is not None
    assert claim_attempt(delivery_id=delivery.pk) is None
    Delivery.objects.update(next_at=timezone.now())
    sending.send(delivery.pk)
    assert [attempt.status_code for attempt in delivery.attempts.all()] == [None, 200]


@pytest.mark.django_db(transaction=True)
def test_a_concurrent_event_makes_one_message(endpoint, say):
    say()
    event = OutboxEvent.objects.get(topic="comment.posted")
    assert in_parallel(lambda _number: create_message(event_id=event.pk), 5) == []
    assert (Message.objects.count(), Delivery.objects.count()) == (1, 1)


def erase(person, comments):
    request = request_erasure(user=person, comments=comments, proof=FreshProof(person.pk))
    ErasureRequest.objects.update(due_at=timezone.now())
    carry_out_erasure(request_id=request.pk)


@pytest.mark.parametrize("comments", ErasureRequest.Comments)
@pytest.mark.usefixtures("endpoint")
def test_an_erased_person_is_in_no_stored_message(receiver, say, deliver, comments):
    receiver.answer = "Принято: Хорошая статья".encode()
    comment = say("Хорошая статья")
    deliver()
    erase(comment.author, comments)
    message = Message.objects.get(topic="comment.published")
    assert json.loads(message.body)["data"] == {"erased": True, "about": f"comment:{comment.pk}"}
    attempt = message.deliveries.get(status="delivered").attempts.get()
    assert (attempt.status_code, attempt.excerpt) == (200, "")
    deliver()
    bodies = "".join(Message.objects.values_list("body", flat=True))
    assert "Хорошая статья" not in bodies
    assert "Анна" not in bodies


def test_of_an_erased_person_nothing_more_goes_out(endpoint, receiver, say, deliver, administrator):
    receiver.status = 503
    comment = say("Хорошая статья")
    deliver()
    erase(comment.author, ErasureRequest.Comments.REMOVE)
    receiver.status, receiver.taken = 200, []
    replay_delivery(delivery=Delivery.objects.get(), actor=administrator)
    Endpoint.objects.update(rests_until=None)
    deliver()
    assert len(receiver.taken) == 1
    payload = verified(receiver.taken[0], endpoint.secret)
    assert payload["data"] == {"erased": True, "about": f"comment:{comment.pk}"}


def test_messages_of_others_stay_as_they_are(endpoint, say, thread, deliver):
    say("Хорошая статья")
    boris = register_person(email="b@example.org", password="p" * 12, display_name="Борис")
    post_comment(author=boris, thread=thread, text="Плохая статья")
    deliver()
    erase(boris, ErasureRequest.Comments.REMOVE)
    assert Message.objects.filter(body__contains="Хорошая статья").exists()
