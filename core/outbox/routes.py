"""The routes: which event starts which tasks, and how often a task is tried."""

from collections.abc import Mapping
from functools import cache
from typing import Self

from django.conf import settings
from django.utils.module_loading import import_string


class ByEvent(str):
    """A task that takes the ids of events and reads the rest in the outbox (kept for days): those
    of one batch are handed to it together."""

    __slots__ = ()


class Job(str):
    """A task that a person waits for.

    When it has failed too often, the event of topic `failed` is published with the same payload:
    its task shows the person that the job has failed, and lets them start it again.
    """

    __slots__ = ("failed",)
    failed: str

    def __new__(cls, task: str, *, failed: str) -> Self:
        job = super().__new__(cls, task)
        job.failed = failed
        return job


@cache
def routes() -> Mapping[str, tuple[str, ...]]:
    loaded: Mapping[str, tuple[str, ...]] = import_string(settings.OUTBOX_ROUTES)
    return loaded


def jobs_of(topic: str) -> list[Job]:
    return [task for task in routes().get(topic, ()) if isinstance(task, Job)]
