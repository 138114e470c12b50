"""The transactional outbox: an action's side effects, written with the action itself.

`publish` inserts a row in the action's transaction. The relay, nudged after the commit and sweeping
besides, turns each row into the Celery tasks that `config/outbox_routes.py` names for its topic.
Delivery is at least once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import orjson
import redis
import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from core import valkey
from core.models import OutboxEvent
from core.statements import rows

CHANNEL = "otklik:outbox"
BATCH = 100

_INSERT = """
    INSERT INTO core_outboxevent (topic, payload, request_id, created_at)
    VALUES (%(topic)s, %(payload)s, %(request_id)s, now())
    RETURNING id
"""

_INSERT_MANY = """
    INSERT INTO core_outboxevent (topic, payload, request_id, created_at)
    SELECT %(topic)s, payload, %(request_id)s, now()
      FROM jsonb_array_elements(%(payloads)s::jsonb) AS payload
 RETURNING id
"""

Send = Callable[[str, Mapping[str, Any]], None]
log = structlog.get_logger(__name__)


class ByEvent(str):
    """A task that takes the ids of events and reads the rest in the outbox (kept for days): those
    of one batch are handed to it together."""

    __slots__ = ()


class UnknownTopic(Exception):
    """A topic without a line in `config/outbox_routes.py` would be lost in silence."""


@cache
def routes() -> Mapping[str, tuple[str, ...]]:
    loaded: Mapping[str, tuple[str, ...]] = import_string(settings.OUTBOX_ROUTES)
    return loaded


def publish(topic: str, **payload: Any) -> None:
    """Record that `topic` happened, with a JSON-ready payload of ids, in the open transaction."""
    rows(_INSERT, {"payload": orjson.dumps(payload).decode(), **about_to_publish(topic)})


def publish_many(topic: str, payloads: Sequence[Mapping[str, Any]]) -> None:
    """An event for each."""
    if payloads:
        params = {"payloads": orjson.dumps(payloads).decode(), **about_to_publish(topic)}
        rows(_INSERT_MANY, params)


def about_to_publish(topic: str) -> Mapping[str, Any]:
    """For a statement that inserts an event together with what happened: its topic and request,
    for the columns of the same names. Waking the relay is seen to."""
    if topic not in routes():
        raise UnknownTopic(topic)
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("publish() belongs inside an action")
    # Robust: an exception here must not turn a committed action into an error for the person.
    transaction.on_commit(nudge, robust=True)
    context = structlog.contextvars.get_contextvars()
    return {"topic": topic, "request_id": str(context.get("request_id", ""))}


def nudge() -> None:
    """Wake the relay. Losing a nudge costs a moment: the sweep finds the row."""
    try:
        # This runs inside the request, so an absent Valkey may cost it a quarter of a second at
        # most.
        valkey.client(timeout=0.25).publish(CHANNEL, b"")
    except redis.RedisError as error:
        log.warning("outbox_nudge_lost", error=str(error))


def relay_batch(send: Send) -> int:
    """Send the oldest waiting events and mark them; returns how many.

    Several relays may run: each takes rows that no other holds. If `send` raises, what was sent
    whole stays marked, the rest waits for the next round, and the error goes to the caller.
    """
    failure: Exception | None = None
    sent: list[OutboxEvent] = []
    with transaction.atomic():
        # SKIP LOCKED lets several relays work at once instead of queueing for the same rows.
        waiting = OutboxEvent.objects.waiting().select_for_update(skip_locked=True)[:BATCH]
        try:
            for event in waiting:
                _send_tasks(event, send)
                sent.append(event)
            _send_together(sent, send)
        except ConnectionError as error:
            failure = error
            # The shared task of a batch comes last, so a failure may have left out any of its
            # events. They are sent again as a whole: delivery is at least once.
            sent = [event for event in sent if not _by_event(event.topic)]
        OutboxEvent.objects.filter(pk__in=[event.pk for event in sent]).update(
            dispatched_at=timezone.now()
        )
    if failure is not None:
        raise failure
    return len(sent)


def _send_tasks(event: OutboxEvent, send: Send) -> None:
    with structlog.contextvars.bound_contextvars(request_id=event.request_id):
        for task in routes()[event.topic]:
            if not isinstance(task, ByEvent):
                send(task, event.payload)


def _send_together(events: Iterable[OutboxEvent], send: Send) -> None:
    together: dict[str, list[int]] = {}
    for event in events:
        for task in _by_event(event.topic):
            together.setdefault(task, []).append(event.pk)
    for task, event_ids in together.items():
        send(task, {"event_ids": event_ids})


def _by_event(topic: str) -> list[str]:
    return [task for task in routes()[topic] if isinstance(task, ByEvent)]
