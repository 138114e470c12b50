"""Keep slow requests from slowing down those that a web process answers from memory.

A prepared page takes a millisecond. Everything else takes many, and Python lets one thread compute
at a time: a page would wait for each of the other threads in turn, and where all threads are taken,
for the end of one of them. So slow requests pass a lane. It holds so many of them that threads are
left, and lets one compute while the others wait for the database or for their turn.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from core.errors import Busy
from core.places import SharedPlaces

# Seconds that a request waits to be let in. Longer than any burst takes, and shorter than the
# patience of a proxy.
_PATIENCE = 10.0
# Seconds after which a request computes although another one does. Nothing depends on its turn:
# without this, one that waits for a slow outside service would hold up all others.
_LONGEST_TURN = 0.2


class Lane(SharedPlaces):
    """Holds up to `most` requests, `at_once` of which are in work. Further ones get `Busy` (503).

    Those in work compute one at a time. For one kind of costly work, such as a child process, use
    `core.places.Places` inside the lane.
    """

    def __init__(self, *, most: int, at_once: int) -> None:
        super().__init__(most)
        self._in_work = threading.Semaphore(at_once)
        self._processor = threading.Lock()

    @contextmanager
    def take(self, network: str) -> Iterator[None]:
        """Let a request pass, or raise `Busy`."""
        if _current.turn is not None:
            # A part of a request that is already in a lane.
            yield
            return
        with super().take(network):
            if not self._in_work.acquire(timeout=_PATIENCE):
                raise Busy
            _current.turn = turn = _Turn(self._in_work, self._processor)
            try:
                with connection.execute_wrapper(_elsewhere):
                    yield
            finally:
                _current.turn = None
                turn.end()


class _Turn:
    """The place and the processor that the request of this thread holds."""

    def __init__(self, places: threading.Semaphore, processor: threading.Lock) -> None:
        self._places = places
        self._has_place = True
        self._processor = processor
        self._has_processor = False
        self.is_waiting = False
        self._take_processor()

    def end(self) -> None:
        self._give_processor()
        self._give_place()

    @contextmanager
    def interrupted(self, *, gives_place: bool) -> Iterator[None]:
        self._give_processor()
        if gives_place:
            self._give_place()
        self.is_waiting = True
        try:
            yield
        finally:
            self.is_waiting = False
            # It does not wait for a place: those that have one may be waiting for a row that this
            # request has locked.
            self._has_place = self._has_place or self._places.acquire(blocking=False)
            self._take_processor()

    def _take_processor(self) -> None:
        self._has_processor = self._processor.acquire(timeout=_LONGEST_TURN)

    def _give_processor(self) -> None:
        if self._has_processor:
            self._has_processor = False
            self._processor.release()

    def _give_place(self) -> None:
        if self._has_place:
            self._has_place = False
            self._places.release()


class _Current(threading.local):
    turn: _Turn | None = None


_current = _Current()


@contextmanager
def waiting(*, long: bool = False) -> Iterator[None]:
    """Let another slow request compute while this one waits for something outside of the process.

    `long` gives up its place among those in work, too: for a child process, which takes seconds and
    whose number is limited otherwise. Outside of a lane this does nothing.
    """
    turn = _current.turn
    if turn is None or turn.is_waiting:
        yield
        return
    with turn.interrupted(gives_place=long):
        yield


def _elsewhere(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    with waiting():
        return execute(sql, params, many, context)


# Together with the bodies that are being received (config/wsgi.py) fewer than the threads of a web
# process (devserver/processes.py, Dockerfile, docker-compose.yml).
SLOW = Lane(most=40, at_once=3)
# First pages of threads that have changed. They do not wait for slow requests. One at a time: the
# others that ask for the same page find it prepared when their turn comes.
PREPARING = Lane(most=9, at_once=1)
