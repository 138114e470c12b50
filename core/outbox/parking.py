"""When an event is given up on: it is parked, with its last error, until an administrator acts.

A task that reports its failures is tried for a day. A person waits for a job, so that one fails
after a quarter of an hour.
"""

from datetime import timedelta

import structlog

from core.models import OutboxEvent
from core.outbox.publishing import publish
from core.outbox.routes import jobs_of

# The pause after each failure; the last one also after all that follow.
PAUSES = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
)
MOST_FAILURES, MOST_FAILURES_OF_JOB = 30, 5
# How often an event is handed over in vain: no task of it has reported a result.
MOST_UNANSWERED, MOST_UNANSWERED_OF_JOB = 12, 4
LONGEST_ERROR = 500

log = structlog.get_logger(__name__)


def pause_after(failures: int) -> timedelta:
    return PAUSES[min(failures, len(PAUSES)) - 1]


def has_failed_too_often(event: OutboxEvent) -> bool:
    most = MOST_FAILURES_OF_JOB if jobs_of(event.topic) else MOST_FAILURES
    return event.failures >= most


def is_unanswered_too_often(event: OutboxEvent) -> bool:
    most = MOST_UNANSWERED_OF_JOB if jobs_of(event.topic) else MOST_UNANSWERED
    # The newest hand-over can still be answered.
    return event.unanswered > most


def park(event: OutboxEvent, error: str) -> None:
    """Stop trying an event. Run inside a transaction that holds the row's lock."""
    if not OutboxEvent.objects.park(event.pk, error):
        return
    log.error("outbox_event_parked", event_id=event.pk, topic=event.topic, error=error)
    for job in jobs_of(event.topic):
        if job in (event.waits_for or ()):
            publish(job.failed, **event.payload)
