"""Writing events into the outbox, in the transaction of the action that they follow."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import orjson
import redis
import structlog
from django.db import connection, transaction
from django.db.models.functions import Now

from core import valkey
from core.models import OutboxEvent
from core.outbox.routes import jobs_of, routes
from core.statements import rows

CHANNEL = "otklik:outbox"

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

log = structlog.get_logger(__name__)


class UnknownTopic(Exception):
    """A topic without a line in `config/outbox_routes.py` would be lost in silence."""


def publish(topic: str, **payload: Any) -> None:
    """Record that `topic` happened, with a JSON-ready payload of ids, in the open transaction."""
    rows(_INSERT, {"payload": orjson.dumps(payload).decode(), **_about_to_publish(topic)})


def publish_many(topic: str, payloads: Sequence[Mapping[str, Any]]) -> None:
    """An event for each."""
    if payloads:
        params = {"payloads": orjson.dumps(payloads).decode(), **_about_to_publish(topic)}
        rows(_INSERT_MANY, params)


def publish_missing(topics: Sequence[str], name: str, ids: Collection[int]) -> None:
    """Publish the first of `topics` for each id, as `name`, that none of them is owed for.

    For periodic work: while something is broken, it would otherwise add an event at each run. A
    parked event counts, because an administrator decides whether it is tried again.
    """
    if not ids:
        return
    owed = OutboxEvent.objects.filter(done_at=None, topic__in=topics)
    known = set(owed.values_list(f"payload__{name}", flat=True))
    publish_many(topics[0], [{name: pk} for pk in ids if pk not in known])


def publish_again(topic: str, **payload: Any) -> None:
    """Publish the event of a job that its user starts again. It supersedes the one that failed."""
    supersede([topic], **payload)
    publish(topic, **payload)


def supersede(topics: Sequence[str], **payload: Any) -> None:
    """Mark the undone events of these jobs as done whose payload contains `payload`.

    For an action that starts such a job again: the alert about the old event ends. Run it under
    the lock of the row that the job works on. An administrator may be retrying the event at that
    moment: then its task is not run, or its `once` returns False.
    """
    failed = [job.failed for topic in topics for job in jobs_of(topic)]
    # With the events that would tell the user, although it runs again, that the job has failed.
    undone = OutboxEvent.objects.filter(done_at=None, topic__in=[*topics, *failed])
    undone.filter(payload__contains=payload).update(done_at=Now())


def _about_to_publish(topic: str) -> Mapping[str, Any]:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("publish() belongs inside an action")
    nudge_after_commit()
    return columns_of(topic)


def columns_of(topic: str) -> Mapping[str, Any]:
    """For a statement that inserts an event together with what happened: its topic and request,
    for the columns of the same names. Call `nudge_after_commit` after it."""
    if topic not in routes():
        raise UnknownTopic(topic)
    context = structlog.contextvars.get_contextvars()
    return {"topic": topic, "request_id": str(context.get("request_id", ""))}


def nudge_after_commit() -> None:
    """Wake the relay once the transaction is committed, or now if there is none."""
    # Robust: an exception here must not turn a committed action into an error for the person.
    transaction.on_commit(nudge, robust=True)


def nudge() -> None:
    """Wake the relay. Losing a nudge costs a moment: the sweep finds the row."""
    try:
        # This runs inside the request, so an absent Valkey may cost it a quarter of a second at
        # most.
        valkey.client(timeout=0.25).publish(CHANNEL, b"")
    except redis.RedisError as error:
        log.warning("outbox_nudge_lost", error=str(error))
