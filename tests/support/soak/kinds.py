"""The ways to do harm. A new one is a context manager over the stack under `@kind`.

The harm lasts while the block runs. At its end, all that was stopped runs again or is starting.
What is yielded is the number of processes that were killed by `kill -9`.
"""

import random
import signal
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psutil
import psycopg
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models.functions import Now

from core.models import OutboxEvent
from tests.support.soak.network import Cut
from tests.support.soak.stack import Stack
from tests.support.waiting import wait_for

_SECONDS_TO_RETURN = 120


@dataclass(frozen=True, slots=True)
class Kind:
    """`blows` is how often a round of the long run does it; a round of the tests does it once.

    A round takes about a minute at most. A task that a person waits for is given up when its
    workers have reported nothing four times: with the usual pauses after an hour, here after a
    minute and a half.
    """

    name: str
    blows: int
    blow: Callable[[Stack], AbstractContextManager[int]]


KINDS: dict[str, Kind] = {}


def kind(name, *, blows):
    def register(blow):
        KINDS[name] = Kind(name, blows, contextmanager(blow))
        return blow

    return register


@kind("web", blows=3)
def kill_web(stack):
    number = random.randrange(len(stack.ports))
    yield stack.kill(f"web{number}")
    _wait(lambda: stack.is_ready(stack.ports[number]))


@kind("a process of web", blows=3)
def kill_process_of_web(stack):
    """Its parent notices and ends, or starts another one."""
    number = random.randrange(len(stack.ports))
    children = _wait(stack.services[f"web{number}"].children)
    random.choice(children).kill()
    yield 1
    _wait(lambda: stack.is_ready(stack.ports[number]))


@kind("worker", blows=3)
def kill_worker(stack):
    yield stack.kill("worker")
    _wait_for_done_event()


@kind("a process of worker", blows=25)
def kill_process_of_worker(stack):
    children = _wait(stack.services["worker"].children)
    with suppress(psutil.NoSuchProcess):
        random.choice(children).kill()
    yield 1
    _wait_for_done_event()


@kind("relay", blows=4)
def kill_relay(stack):
    yield stack.kill("relay")
    _wait_for_done_event()


@kind("beat", blows=4)
def kill_beat(stack):
    begun = time.time()
    yield stack.kill("beat")
    # It writes its schedule as it starts.
    schedules = (stack.directory / "var").glob
    _wait(lambda: any(one.stat().st_mtime > begun for one in schedules("celerybeat-schedule*")))


@kind("PostgreSQL, immediate shutdown", blows=6)
def shut_postgresql_down(stack):
    stack.database.process.send_signal(signal.SIGQUIT)
    stack.database.process.wait()
    yield 0
    stack.start_postgresql()


@kind("PostgreSQL", blows=6)
def kill_postgresql(stack):
    yield stack.kill_postgresql()
    stack.start_postgresql()


@kind("a backend of PostgreSQL", blows=12)
def kill_backend(stack):
    """PostgreSQL ends all others and recovers from the write-ahead log."""
    backends = _wait(stack.backends)
    with suppress(psutil.NoSuchProcess):
        random.choice(backends).kill()
    yield 1


@kind("Valkey", blows=25)
def kill_valkey(stack):
    stack.kill_valkey()
    yield 1
    stack.start_valkey()


@kind("Valkey, FLUSHALL", blows=15)
def flush_valkey(stack):
    with stack.valkey_client() as client:
        client.flushall()
    yield 0


@kind("Valkey, restart without data", blows=25)
def empty_valkey(stack):
    stack.kill_valkey()
    stack.erase_valkey()
    yield 1
    stack.start_valkey()


def _cut(link):
    link.cut(random.choice(list(Cut)))
    try:
        yield 0
    finally:
        link.heal()


@kind("network to PostgreSQL", blows=9)
def cut_database_off(stack):
    yield from _cut(stack.forces.networks["DATABASE_URL"])


@kind("network to Valkey", blows=9)
def cut_broker_off(stack):
    yield from _cut(stack.forces.networks["REDIS_URL"])


@kind("network to the mail server", blows=9)
def cut_mail_off(stack):
    yield from _cut(stack.forces.networks["EMAIL_URL"])


@kind("full disk with the files", blows=4)
def fill_files(stack):
    disk = stack.forces.files_disk
    disk.fill()
    try:
        with pytest.raises(OSError, match="No space left"):
            default_storage.save("soak", ContentFile(b"x"))
        yield 0
    finally:
        disk.empty()


@kind("full disk with the database", blows=4)
def fill_database(stack):
    """Without room for its write-ahead log PostgreSQL stops, and its restarts fail."""
    disk = stack.forces.database_disk
    disk.fill()
    try:
        _wait(lambda: not _can_log(stack))
        yield 0
    finally:
        disk.empty()
    _wait(lambda: _is_back(stack))


def _can_log(stack):
    """Use up the rest of the write-ahead log's segment; return whether that succeeded."""
    try:
        with psycopg.connect(stack.database.url, autocommit=True) as database:
            database.execute("SELECT pg_logical_emit_message(false, 'soak', 'x')")
            database.execute("SELECT pg_switch_wal()")
    except psycopg.Error:
        return False
    return True


def _is_back(stack):
    if stack.database.process.poll() is not None:
        stack.start_postgresql()
    return _can_log(stack)


@kind("clock an hour forward, and back", blows=2)
def set_clock_forward(stack):
    yield from _set_clock(stack, timedelta(hours=1))


@kind("clock an hour back, and forward", blows=2)
def set_clock_back(stack):
    yield from _set_clock(stack, timedelta(hours=-1))


def _set_clock(stack, offset):
    clock = stack.forces.clock
    clock.set(offset)
    try:
        _wait(lambda: _is_set(stack, offset))
        yield 0
    finally:
        clock.set(timedelta(0))
    _wait(lambda: _is_set(stack, timedelta(0)))
    # Beat makes due what would wait for the hour that is gone.
    late = OutboxEvent.objects.undone().filter(next_try_at__gt=Now() + timedelta(minutes=30))
    _wait(lambda: not late.exists())
    _wait_for_done_event()


def _is_set(stack, offset):
    with psycopg.connect(stack.database.url, autocommit=True) as database:
        shown = database.execute("SELECT clock_timestamp()").fetchone()[0]
    return abs(shown - datetime.now(UTC) - offset) < timedelta(minutes=5)


def _wait(condition):
    return wait_for(condition, _SECONDS_TO_RETURN)


def _wait_for_done_event():
    """Wait until the relay and the worker have brought an event to its end."""
    done = OutboxEvent.objects.exclude(done_at=None)
    before = done.count()
    _wait(lambda: done.count() > before)
