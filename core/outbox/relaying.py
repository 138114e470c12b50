"""The relay's side: take the due events, commit, and only then hand their tasks to the broker.

A relay that is killed in between, a broker that loses its memory and a worker that dies all leave
an event that is handed over and never done. It becomes due again after a pause that doubles.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_noop

from core.models import OutboxEvent
from core.outbox.parking import is_unanswered_too_often, park
from core.outbox.routes import ByEvent, routes

BATCH = 100
# Longer than even the longest queue takes: after that, a task that was handed over is lost.
_TRUSTED_FOR = timedelta(hours=6)
UNKNOWN_TOPIC = gettext_noop("This version knows no task for it.")
UNANSWERED = gettext_noop("No worker has reported a result: the task may kill its worker.")

# Committed before anything is sent, so that a worker always finds the row in this state. SKIP
# LOCKED lets several relays work at once. The routes are asked once for each event: a task that a
# newer version adds is not started for older events.
_TAKE = """
    WITH due AS (
        SELECT id, dispatched_at AS handed_over_at,
               COALESCE(
                   NULLIF(waits_for, '{}'),
                   ARRAY(SELECT jsonb_array_elements_text(%(routes)s::jsonb -> topic))
               ) AS tasks
          FROM core_outboxevent
         WHERE done_at IS NULL AND parked_at IS NULL AND next_try_at <= statement_timestamp()
         ORDER BY next_try_at, id
         LIMIT %(batch)s
           FOR UPDATE SKIP LOCKED
    )
    UPDATE core_outboxevent AS event
       SET waits_for = due.tasks,
           dispatched_at = statement_timestamp(),
           unanswered = event.unanswered + 1,
           next_try_at = statement_timestamp()
               + %(lost_after)s * power(2, LEAST(event.unanswered, 4))
      FROM due
     WHERE event.id = due.id
 RETURNING event.*, due.handed_over_at
"""

# What the broker gets: the task, its arguments, and which events it is to report as done.
Send = Callable[[str, Mapping[str, Any], Mapping[str, Any]], None]
IsBacklogged = Callable[[str], bool]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Sending:
    task: str
    arguments: Mapping[str, Any]
    events: tuple[OutboxEvent, ...]

    @property
    def receipt(self) -> Mapping[str, Any]:
        return {
            "event_ids": [event.pk for event in self.events],
            "is_repeated": any(event.is_repeated for event in self.events),
        }


def relay_batch(send: Send, is_backlogged: IsBacklogged = lambda _task: False) -> int:
    """Hand the tasks of the due events to the broker; returns how many events were due.

    Several relays may run: each takes rows that no other holds. If `send` raises, the events that
    were not handed over are due again at once, and the error goes to the caller.
    """
    taken = _take()
    waiting = {event.pk: event for event in taken if _can_be_sent(event, is_backlogged)}
    unsent = dict(waiting)
    try:
        for event in waiting.values():
            _send_own_tasks(event, send)
            if not _shared(event):
                del unsent[event.pk]
        _send_shared_tasks(waiting.values(), send)
        unsent.clear()
    finally:
        # Some tasks of these may have been sent. They are sent again with the others: delivery is
        # at least once.
        OutboxEvent.objects.filter(pk__in=unsent).update(
            dispatched_at=None, next_try_at=Now(), unanswered=F("unanswered") - 1
        )
    return len(taken)


def unpark_known_topics() -> int:
    """Make events due that an older version parked because it did not know their topics."""
    return OutboxEvent.objects.without_tasks(routes().keys()).unpark()


def make_waiting_due() -> None:
    """Hand over what waits, however far ahead its moment is since the clock was set back."""
    OutboxEvent.objects.make_due(settings.OUTBOX_LOST_AFTER)


def is_from_the_future() -> bool:
    """Return whether an undone event was written before the clock was set back."""
    return OutboxEvent.objects.from_the_future().exists()


def _take() -> list[OutboxEvent]:
    taken = OutboxEvent.objects.raw(
        _TAKE,
        {
            "routes": orjson.dumps(routes()).decode(),
            "batch": BATCH,
            "lost_after": settings.OUTBOX_LOST_AFTER,
        },
    )
    return sorted(taken, key=lambda event: event.pk)


def _can_be_sent(event: OutboxEvent, is_backlogged: IsBacklogged) -> bool:
    if not event.waits_for:
        return _park(event, UNKNOWN_TOPIC)
    if is_unanswered_too_often(event):
        return _park(event, UNANSWERED)
    # Handed over before, and nothing was reported: where its queue is not empty, its task probably
    # still waits there, and a copy would only make the queue longer.
    if _was_handed_over_lately(event) and all(map(is_backlogged, event.waits_for)):
        OutboxEvent.objects.filter(pk=event.pk).update(
            dispatched_at=event.handed_over_at, unanswered=F("unanswered") - 1
        )
        return False
    return True


def _was_handed_over_lately(event: OutboxEvent) -> bool:
    at = event.handed_over_at
    return at is not None and timezone.now() - at < _TRUSTED_FOR


@transaction.atomic
def _park(event: OutboxEvent, error: str) -> bool:
    park(event, error)
    return False


def _send_own_tasks(event: OutboxEvent, send: Send) -> None:
    with structlog.contextvars.bound_contextvars(request_id=event.request_id):
        for task in event.waits_for or ():
            if task not in _shared(event):
                sending = _Sending(task, event.payload, (event,))
                send(task, sending.arguments, sending.receipt)


def _send_shared_tasks(events: Iterable[OutboxEvent], send: Send) -> None:
    together: dict[str, list[OutboxEvent]] = {}
    for event in events:
        for task in _shared(event):
            together.setdefault(task, []).append(event)
    for task, shared in together.items():
        sending = _Sending(task, {"event_ids": [event.pk for event in shared]}, tuple(shared))
        send(task, sending.arguments, sending.receipt)


def _shared(event: OutboxEvent) -> list[str]:
    tasks = routes().get(event.topic, ())
    return [task for task in tasks if isinstance(task, ByEvent) and task in (event.waits_for or ())]
