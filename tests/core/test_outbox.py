import threading

import pytest
from django.db import connection, transaction

from core import outbox
from core.models import OutboxEvent

TOPIC = "comment.posted"


def publish(count=1):
    with transaction.atomic():
        for number in range(count):
            outbox.publish(TOPIC, comment_id=number)


@pytest.fixture
def routed(monkeypatch):
    monkeypatch.setitem(outbox.routes(), TOPIC, ("first.task", "second.task"))


@pytest.mark.django_db
def test_an_event_reaches_every_task_of_its_route_once(routed):
    publish()
    sent = []
    assert outbox.relay_batch(lambda task, payload: sent.append((task, payload))) == 1
    assert sent == [("first.task", {"comment_id": 0}), ("second.task", {"comment_id": 0})]
    assert outbox.relay_batch(lambda *_: pytest.fail("sent twice")) == 0


@pytest.mark.django_db
def test_an_event_is_lost_with_the_transaction_that_failed():
    with pytest.raises(RuntimeError), transaction.atomic():
        outbox.publish(TOPIC, comment_id=1)
        raise RuntimeError
    assert not OutboxEvent.objects.exists()


@pytest.mark.django_db
def test_an_unknown_topic_is_refused():
    with pytest.raises(outbox.UnknownTopic), transaction.atomic():
        outbox.publish("comment.danced", comment_id=1)


@pytest.mark.django_db(transaction=True)
def test_publishing_outside_an_action_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        outbox.publish(TOPIC, comment_id=1)


@pytest.mark.django_db
def test_what_was_sent_before_the_broker_went_away_stays_sent(routed):
    publish(3)
    sent = []

    def send(task, payload):
        if payload["comment_id"] == 1:
            raise ConnectionError
        sent.append(payload["comment_id"])

    with pytest.raises(ConnectionError):
        outbox.relay_batch(send)
    assert OutboxEvent.objects.waiting().count() == 2
    assert outbox.relay_batch(lambda task, payload: sent.append(payload["comment_id"])) == 2
    assert sent == [0, 0, 1, 1, 2, 2]


@pytest.mark.django_db
def test_many_are_published_by_one_statement(django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(1):
        outbox.publish_many(TOPIC, [{"comment_id": number} for number in range(3)])
    published = OutboxEvent.objects.order_by("pk").values_list("topic", "payload")
    assert list(published) == [(TOPIC, {"comment_id": number}) for number in range(3)]


@pytest.fixture
def together(monkeypatch):
    monkeypatch.setitem(outbox.routes(), TOPIC, ("first.task", outbox.ByEvent("all.task")))


@pytest.mark.django_db
def test_a_task_that_reads_the_outbox_takes_the_events_of_a_batch(together):
    publish(2)
    sent = []
    assert outbox.relay_batch(lambda task, payload: sent.append((task, payload))) == 2
    ids = list(OutboxEvent.objects.order_by("pk").values_list("pk", flat=True))
    assert sent[-1] == ("all.task", {"event_ids": ids})
    assert [task for task, _payload in sent] == ["first.task", "first.task", "all.task"]


@pytest.mark.django_db
def test_events_that_were_not_handed_to_all_wait(together):
    publish(2)

    def send(task, _payload):
        if task == "all.task":
            raise ConnectionError

    with pytest.raises(ConnectionError):
        outbox.relay_batch(send)
    assert OutboxEvent.objects.waiting().count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_relays_never_take_the_same_event(routed):
    publish(20)
    first_has_taken, second_is_done = threading.Event(), threading.Event()
    by_first, by_second = [], []

    def hold(task, payload):
        by_first.append(payload["comment_id"])
        first_has_taken.set()
        second_is_done.wait(10)

    def relay_first():
        outbox.relay_batch(hold)
        connection.close()

    thread = threading.Thread(target=relay_first)
    thread.start()
    first_has_taken.wait(10)
    outbox.relay_batch(lambda task, payload: by_second.append(payload["comment_id"]))
    second_is_done.set()
    thread.join()
    assert not set(by_first) & set(by_second)
    assert not OutboxEvent.objects.waiting().exists()


@pytest.mark.django_db(transaction=True)
def test_publishing_succeeds_when_valkey_is_away(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    publish()
    assert OutboxEvent.objects.waiting().count() == 1
