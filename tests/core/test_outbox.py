import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from core import outbox, retention
from core.models import OutboxEvent
from tests.support.outbox import hasten_events, taken_tasks

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
    assert outbox.relay_batch(lambda task, payload, _receipt: sent.append((task, payload))) == 1
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

    def send(_task, payload, _receipt):
        if payload["comment_id"] == 1:
            raise ConnectionError
        sent.append(payload["comment_id"])

    with pytest.raises(ConnectionError):
        outbox.relay_batch(send)
    assert OutboxEvent.objects.waiting().count() == 2
    assert (
        outbox.relay_batch(lambda _task, payload, _receipt: sent.append(payload["comment_id"])) == 2
    )
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
    assert outbox.relay_batch(lambda task, payload, _receipt: sent.append((task, payload))) == 2
    ids = list(OutboxEvent.objects.order_by("pk").values_list("pk", flat=True))
    assert sent[-1] == ("all.task", {"event_ids": ids})
    assert [task for task, _payload in sent] == ["first.task", "first.task", "all.task"]


@pytest.mark.django_db
def test_events_that_were_not_handed_to_all_wait(together):
    publish(2)

    def send(task, _payload, _receipt):
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

    def hold(_task, payload, _receipt):
        by_first.append(payload["comment_id"])
        first_has_taken.set()
        second_is_done.wait(10)

    def relay_first():
        outbox.relay_batch(hold)
        connection.close()

    thread = threading.Thread(target=relay_first)
    thread.start()
    first_has_taken.wait(10)
    outbox.relay_batch(lambda _task, payload, _receipt: by_second.append(payload["comment_id"]))
    second_is_done.set()
    thread.join()
    assert not set(by_first) & set(by_second)
    assert not OutboxEvent.objects.waiting().exists()


@pytest.mark.django_db(transaction=True)
def test_publishing_succeeds_when_valkey_is_away(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    publish()
    assert OutboxEvent.objects.waiting().count() == 1


@pytest.fixture
def of_newer_version(db):
    """An event that a web process of a newer version has published."""
    return OutboxEvent.objects.create(topic="comment.pinned", payload={"comment_id": 1})


def test_an_unknown_topic_is_parked_and_stops_nothing(routed, of_newer_version):
    publish()
    sent = []
    outbox.relay_batch(lambda task, *_rest: sent.append(task))
    assert sent == ["first.task", "second.task"]
    assert outbox.relay_batch(lambda *_: pytest.fail("nothing is due")) == 0
    parked = OutboxEvent.objects.parked().get()
    assert parked == of_newer_version
    assert parked.last_error == "This version knows no task for it."


def test_a_version_that_knows_the_topic_takes_it_up_again(monkeypatch, of_newer_version):
    outbox.relay_batch(lambda *_: pytest.fail("unknown"))
    assert outbox.unpark_known_topics() == 0
    monkeypatch.setitem(outbox.routes(), "comment.pinned", ("first.task",))
    assert outbox.unpark_known_topics() == 1
    sent = []
    outbox.relay_batch(lambda task, *_rest: sent.append(task))
    assert sent == ["first.task"]


@pytest.mark.django_db(transaction=True)
def test_a_relay_that_dies_before_it_sends_loses_nothing(routed):
    publish()

    class Killed(BaseException):
        pass

    def die(*_):
        raise Killed

    with pytest.raises(Killed):
        outbox.relay_batch(die)
    hasten_events()
    assert len(taken_tasks()) == 2


@pytest.mark.django_db(transaction=True)
def test_the_work_and_its_report_are_one_transaction(routed):
    """A report that `once` makes is lost with the action that failed."""
    publish()
    event = OutboxEvent.objects.get()
    outbox.relay_batch(lambda *_: None)
    receipt = {"event_ids": [event.pk], "is_repeated": False}

    def fail():
        with transaction.atomic():
            assert outbox.once()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        outbox.handle("first.task", receipt, fail)
    event.refresh_from_db()
    assert event.waits_for == ["first.task", "second.task"]
    results = []

    def act():
        with transaction.atomic():
            results.append(outbox.once())

    outbox.handle("first.task", receipt, act)
    outbox.handle("first.task", receipt, act)
    assert results == [True, False]


@pytest.mark.django_db
def test_done_events_are_pruned_and_no_others():
    for topic in ("a", "b", "c", "d"):
        OutboxEvent.objects.create(topic=topic, payload={})
    long_ago = timezone.now() - timedelta(days=8)
    OutboxEvent.objects.filter(topic="a").update(done_at=long_ago)
    OutboxEvent.objects.filter(topic="b").update(done_at=timezone.now())
    OutboxEvent.objects.filter(topic="c").update(parked_at=long_ago)
    OutboxEvent.objects.filter(topic="d").update(dispatched_at=long_ago)
    retention.prune_outbox()
    assert sorted(OutboxEvent.objects.values_list("topic", flat=True)) == ["b", "c", "d"]
