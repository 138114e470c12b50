"""Decides whether a thread is known to be unchanged.

The bound. An answer is given from memory while the state of its thread, under which it was made, is
the one that a statement has read which began less than `MOST_AGE` seconds ago. Such a statement
sees every change that was committed before it began. So an answer never lacks a change that is
older than `MOST_AGE`, whatever is lost: messages, Valkey, this process's subscription, or a process
between its commit and its message. Without PostgreSQL nothing is confirmed, and after `MOST_AGE`
every request goes to Django.

Two things confirm a state: a request that Django answers reads it first, and a thread of this
process reads the states of all threads that were asked for lately, in one statement, every
`_INTERVAL` seconds. A message of a change over Valkey ends the confirmation at once, so that a
change is usually seen within milliseconds. A statement that began before the message came may have
missed the change, and confirms nothing.
"""

import threading
import time
from dataclasses import dataclass
from math import inf

from django.db import Error, connection

from comments.reading.front.shareable import State
from core.changes import THREADS
from core.statements import rows

# Seconds. The rest of the second is left for sending the answer.
MOST_AGE = 0.9
# Seconds between two checks. A check may take the rest of MOST_AGE before requests go to Django.
_INTERVAL = 0.3
# A thread is checked for so many seconds after it was last asked for, and so many threads at most.
_ASKED_WITHIN, _MOST_WATCHED = 10.0, 2_000
# Changes that are remembered. Beyond these all threads count as changed.
_MOST_CHANGES = 10_000

_STATES = """
    SELECT t.id, s.slug, t.key, t.version, t.registered_only
      FROM comments_thread t JOIN core_site s ON s.id = t.site_id
     WHERE t.id = ANY (%(ids)s::bigint[])
"""
_ORIGINS = "SELECT DISTINCT unnest(origins) FROM core_site"


@dataclass(slots=True)
class Watched:
    """One thread. `confirmed` is replaced as a whole, so that it is read without a lock."""

    id: int
    asked_at: float
    confirmed: tuple[State | None, float] = (None, -inf)

    def is_still(self, state: State | None, now: float) -> bool:
        confirmed, began = self.confirmed
        self.asked_at = now
        return state == confirmed and now - began < MOST_AGE


class Watch:
    def __init__(self) -> None:
        self._threads: dict[int, Watched] = {}
        self._lock = threading.Lock()
        self._changes: dict[int, float] = {}
        self._all_changed = self.last_change = -inf
        self._origins: tuple[frozenset[str], float] = (frozenset(), -inf)
        self._origin_asked_at = -inf
        self._asked = threading.Event()
        self._is_started = False
        THREADS.listen(self.changed)

    def start(self) -> None:
        """Check and listen from now on. Not from import on: processes may be forked after it."""
        self._asked.set()
        with self._lock:
            if self._is_started:
                return
            self._is_started = True
        THREADS.follow()
        threading.Thread(target=self._keep_checking, name="otklik-front", daemon=True).start()

    def confirm(self, state: State, began: float) -> Watched:
        """Note the state that a statement has read which began then."""
        with self._lock:
            watched = self._threads.setdefault(state[0], Watched(state[0], time.monotonic()))
            self._confirm(watched, state, began)
        return watched

    def _confirm(self, watched: Watched, state: State | None, began: float) -> None:
        changed_at = max(self._all_changed, self._changes.get(watched.id, -inf))
        if began > max(changed_at, watched.confirmed[1]):
            watched.confirmed = (state, began)

    def changed(self, thread_id: int | None) -> None:
        with self._lock:
            self.last_change = now = time.monotonic()
            if thread_id is None or len(self._changes) >= _MOST_CHANGES:
                self._all_changed = now
                self._changes.clear()
                for watched in self._threads.values():
                    watched.confirmed = (None, -inf)
                return
            self._changes[thread_id] = now
            if thread_id in self._threads:
                self._threads[thread_id].confirmed = (None, -inf)

    def knows_origin(self, origin: str, now: float) -> bool:
        origins, began = self._origins
        self._origin_asked_at = now
        return origin in origins and now - began < MOST_AGE

    def check(self) -> bool:
        """Read the states of the threads that were asked for lately, and all origins.

        Return False where nothing was asked for that would need it.
        """
        began = time.monotonic()
        due = self._due(began)
        if not due and began - self._origin_asked_at > _ASKED_WITHIN:
            return False
        found = {row[0]: row for row in rows(_STATES, {"ids": [watched.id for watched in due]})}
        origins = frozenset(origin for (origin,) in rows(_ORIGINS, {}))
        with self._lock:
            for watched in due:
                self._confirm(watched, found.get(watched.id), began)
        self._origins = (origins, began)
        return True

    def _due(self, now: float) -> list[Watched]:
        with self._lock:
            latest = sorted(self._threads.values(), key=lambda one: -one.asked_at)[:_MOST_WATCHED]
            due = [watched for watched in latest if now - watched.asked_at < _ASKED_WITHIN]
            self._threads = {watched.id: watched for watched in due}
            # A statement that began before these was over long ago, or confirms too little.
            self._changes = {pk: at for pk, at in self._changes.items() if now - at < _ASKED_WITHIN}
        return due

    def _keep_checking(self) -> None:
        while True:
            self._asked.wait()
            self._asked.clear()
            while self._is_checked():
                time.sleep(_INTERVAL)

    def _is_checked(self) -> bool:
        try:
            return self.check()
        except Error:
            # Nothing is confirmed, and the next check connects again.
            connection.close()
            return True
