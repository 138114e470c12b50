"""The outbox: side effects that are written with the action itself; see README.md here."""

from core.outbox.handling import RECEIPT, NotYet, SomeFailed, handle, once
from core.outbox.parked import discard_event, retry_event
from core.outbox.publishing import (
    CHANNEL,
    UnknownTopic,
    columns_of,
    nudge,
    nudge_after_commit,
    publish,
    publish_again,
    publish_many,
    publish_missing,
    supersede,
)
from core.outbox.relaying import (
    is_from_the_future,
    make_waiting_due,
    relay_batch,
    unpark_known_topics,
)
from core.outbox.routes import ByEvent, Job, routes

__all__ = [
    "CHANNEL",
    "RECEIPT",
    "ByEvent",
    "Job",
    "NotYet",
    "SomeFailed",
    "UnknownTopic",
    "columns_of",
    "discard_event",
    "handle",
    "is_from_the_future",
    "make_waiting_due",
    "nudge",
    "nudge_after_commit",
    "once",
    "publish",
    "publish_again",
    "publish_many",
    "publish_missing",
    "relay_batch",
    "retry_event",
    "routes",
    "supersede",
    "unpark_known_topics",
]
