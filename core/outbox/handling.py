"""The worker's side: a task reports to the outbox that its part of an event is done, or why not."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from django.db import DatabaseError, connection, transaction

from core.models import OutboxEvent
from core.outbox.parking import LONGEST_ERROR, has_failed_too_often, park, pause_after
from core.statements import rows

# The header of a message of the broker: which events its task is to report as done.
RECEIPT = "outbox"
# The pause of a task that raised `NotYet`.
_LATER = timedelta(seconds=15)

# One statement, so under the row's lock: two tasks of an event may end at the same moment, and only
# the last one makes the event done.
_MARK_DONE = """
    UPDATE core_outboxevent
       SET waits_for = array_remove(waits_for, %(task)s::text),
           done_at = CASE WHEN waits_for <@ ARRAY[%(task)s::text] THEN statement_timestamp() END
     WHERE id = ANY(%(event_ids)s::bigint[])
       AND done_at IS NULL
       AND %(task)s::text = ANY(waits_for)
 RETURNING id
"""

log = structlog.get_logger(__name__)


class NotYet(Exception):
    """The task cannot do its work yet: another worker has it, or it waits for other work.

    This is no failure. The event stays undone and is handed over again.
    """


class SomeFailed(Exception):
    """Of the events that a task took together, these failed; the others are done."""

    def __init__(self, failures: Mapping[int, Exception]) -> None:
        super().__init__("; ".join(f"{pk}: {error}" for pk, error in failures.items()))
        self.failures = failures


@dataclass(slots=True)
class _Handling:
    task: str
    event_ids: Sequence[int]
    is_recorded: bool = False


_current: ContextVar[_Handling | None] = ContextVar("outbox_handling", default=None)


def once() -> bool:
    """Report the task's work as done in the open transaction; False if it was done before.

    For an action that would do more when its task is repeated, such as one that takes the next
    chunk. Without an event, as in a direct call, it returns True.
    """
    handling = _current.get()
    if handling is None:
        return True
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("once() belongs inside an action")
    handling.is_recorded = True
    # The row stays locked until the commit: a copy of the task waits here, and then finds it done.
    return bool(_mark_done(handling.event_ids, handling.task))


def handle(task: str, receipt: Mapping[str, Any], run: Callable[[], object]) -> None:
    """Run a task of the relay and record the result for the events that `receipt` names.

    The result is recorded in a second transaction, after the action's, unless the action calls
    `once`. A worker that dies in between leaves the event undone, and the task runs again.
    """
    event_ids = receipt["event_ids"]
    # Only a copy can find its work done: the normal run saves the query.
    if receipt["is_repeated"] and not OutboxEvent.objects.owed(event_ids, task).exists():
        return
    with _handling(_Handling(task, event_ids)) as handling:
        try:
            run()
        except NotYet:
            OutboxEvent.objects.owed(event_ids, task).put_off(_LATER)
            return
        except SomeFailed as error:
            done = [pk for pk in event_ids if pk not in error.failures]
            _mark_done(done, task)
            for event_id, failure in error.failures.items():
                _record_failure([event_id], task, failure)
            raise
        except Exception as error:
            _record_failure(event_ids, task, error)
            raise
        if not handling.is_recorded:
            _mark_done(event_ids, task)


def _mark_done(event_ids: Sequence[int], task: str) -> int:
    """Record that `task` has done its part; returns for how many events it was the first."""
    return len(rows(_MARK_DONE, {"event_ids": list(event_ids), "task": task}))


@contextmanager
def _handling(handling: _Handling) -> Iterator[_Handling]:
    token = _current.set(handling)
    try:
        yield handling
    finally:
        _current.reset(token)


def _record_failure(event_ids: Sequence[int], task: str, error: Exception) -> None:
    # Where the database itself was the fault, its connection may be broken.
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
    try:
        with transaction.atomic():
            for event in OutboxEvent.objects.owed(event_ids, task).select_for_update():
                _count_failure(event, error)
    except DatabaseError as unrecorded:
        # The task's own error matters more. The event is undone and becomes due by time.
        log.warning("outbox_failure_not_recorded", task=task, error=str(unrecorded))


def _count_failure(event: OutboxEvent, error: Exception) -> None:
    text = _in_words(error)
    event.failures += 1
    OutboxEvent.objects.record_failure(event.pk, text, pause_after(event.failures))
    if has_failed_too_often(event):
        park(event, text)


def _in_words(error: Exception) -> str:
    # PostgreSQL's text takes no NUL.
    return f"{type(error).__name__}: {error}".replace("\x00", "")[:LONGEST_ERROR]
