"""The outbox with a broker in this process: it may be drained, lost, or deliver twice."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from celery import current_app
from django.db.models import Q
from django.db.models.functions import Now

from core import outbox
from core.models import OutboxEvent
from tests.support.waiting import wait_for

# A task that was handed over so long ago, and has reported nothing, may be handed over again.
_LOST_AFTER = timedelta(seconds=10)


def run_task(task: str, arguments: Mapping[str, Any], receipt: Mapping[str, Any]) -> None:
    """Run a task as a worker does that has got it from the relay."""
    headers = {outbox.RECEIPT: dict(receipt)}
    current_app.tasks[task].apply(kwargs=dict(arguments), headers=headers, throw=True)


def taken_tasks() -> list[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    """Return what one batch of the relay hands to the broker."""
    sent: list[tuple[str, Mapping[str, Any], Mapping[str, Any]]] = []
    outbox.relay_batch(lambda *task: sent.append(task))
    return sent


def lose_queue() -> int:
    """Hand what is due to a queue that is lost, and let the time pass that the sweep waits."""
    lost = len(taken_tasks())
    hasten_events()
    return lost


def hasten_events() -> None:
    """Make the undone events due now, and not after their pause."""
    OutboxEvent.objects.undone().update(next_try_at=Now())


def wait_for_work(condition):
    """Wait as `wait_for` does, while pauses after losses and failures are cut to seconds."""
    return wait_for(lambda: condition() or _cut_pauses())


def _cut_pauses() -> None:
    waiting = OutboxEvent.objects.undone().filter(next_try_at__gt=Now())
    lost = Q(dispatched_at=None) | Q(dispatched_at__lt=Now() - _LOST_AFTER)
    waiting.filter(lost).update(next_try_at=Now(), unanswered=0)


def forget_results() -> None:
    """Make every event due again with all its tasks, as if no worker had reported anything."""
    OutboxEvent.objects.update(
        dispatched_at=None, done_at=None, waits_for=None, next_try_at=Now(), unanswered=0
    )


def retry_parked() -> int:
    """Do what an administrator does who has all parked events tried again; return their number."""
    parked = list(OutboxEvent.objects.parked())
    for event in parked:
        outbox.retry_event(event=event, actor=None)
    return len(parked)


def fail_for_good() -> None:
    """Try what is due, again and again, until it is done or given up."""
    while OutboxEvent.objects.undone().exists():
        for task in taken_tasks():
            with suppress(Exception):
                run_task(*task)
        hasten_events()
