import signal
import threading
from collections.abc import Mapping
from typing import Any

import redis
import structlog
from celery import current_app
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections
from kombu.exceptions import OperationalError

from core import outbox, valkey
from core.outbox import RECEIPT

log = structlog.get_logger(__name__)


def send_to_celery(task: str, arguments: Mapping[str, Any], receipt: Mapping[str, Any]) -> None:
    """Raises ConnectionError at once when the broker is away: the row keeps the work, not us."""
    headers = {RECEIPT: dict(receipt)}
    try:
        current_app.send_task(task, kwargs=dict(arguments), headers=headers, retry=False)
    except (OperationalError, redis.RedisError) as error:
        raise ConnectionError(str(error)) from error


def is_backlogged(task: str) -> bool:
    """Return whether tasks wait in the queue of this one."""
    queue = current_app.amqp.router.route({}, task)["queue"].name
    try:
        return bool(valkey.client(timeout=1).llen(queue))
    except redis.RedisError as error:
        raise ConnectionError(str(error)) from error


def relay_batch() -> int:
    return outbox.relay_batch(send_to_celery, is_backlogged)


class Command(BaseCommand):
    help = "Turn outbox events into Celery tasks, until told to stop."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--once", action="store_true", help="hand out one batch of what waits")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        stopped = threading.Event()
        if once:
            relay_batch()
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        nudges = _Nudges()
        has_unparked = False
        while not stopped.is_set():
            try:
                # Once: the topics that this version knows do not change while it runs.
                if not has_unparked:
                    outbox.unpark_known_topics()
                    has_unparked = True
                _drain(stopped)
            except (ConnectionError, DatabaseError) as error:
                log.warning("relay_waits", error=str(error))
                # Django closes broken connections at the end of a request, and this process has no
                # requests.
                close_old_connections()
                stopped.wait(settings.OUTBOX_SWEEP_SECONDS)
                continue
            nudges.wait(settings.OUTBOX_SWEEP_SECONDS, stopped)


def _drain(stopped: threading.Event) -> None:
    while relay_batch() and not stopped.is_set():
        pass


class _Nudges:
    """Waits for a nudge, or for the time of the next sweep when none can be heard."""

    def __init__(self) -> None:
        self._pubsub = valkey.client(timeout=1).pubsub()  # type: ignore[no-untyped-call]
        self._listening = False

    def wait(self, seconds: float, stopped: threading.Event) -> None:
        try:
            if not self._listening:
                self._pubsub.subscribe(outbox.CHANNEL)
                self._listening = True
            # The timeout is the sweep: an event whose wake-up was lost waits no longer than this
            # (ADR 2).
            self._pubsub.get_message(ignore_subscribe_messages=True, timeout=seconds)
        except redis.RedisError as error:
            log.warning("relay_hears_no_nudges", error=str(error))
            self._listening = False
            stopped.wait(seconds)
