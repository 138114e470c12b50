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

import psutil

from core.models import OutboxEvent
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


def _wait(condition):
    return wait_for(condition, _SECONDS_TO_RETURN)


def _wait_for_done_event():
    """Wait until the relay and the worker have brought an event to its end."""
    done = OutboxEvent.objects.exclude(done_at=None).order_by("-done_at")
    latest = done.values_list("done_at", flat=True)
    before = latest.first()
    _wait(lambda: latest.first() != before)
