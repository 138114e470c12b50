"""Hash passwords one after another, in a thread of low priority.

A hash takes a tenth of a second and a hundred megabytes by design, so that an attacker cannot try
many. Six at once would take both processors from everybody who only reads.
"""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.contrib.auth.hashers import Argon2PasswordHasher

from core.places import Places
from core.slow_requests import waiting

T = TypeVar("T")
# Seconds. Longer than any wait for a hash: the lane of slow requests has few places.
_PATIENCE = 10
_NICENESS = 10

_places = Places(1, patience=_PATIENCE)


class Argon2InTurn(Argon2PasswordHasher):
    # One thread for each hash. Django's own eight make it take all processors at once.
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        return _in_turn(lambda: super(Argon2InTurn, self).encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        return _in_turn(lambda: super(Argon2InTurn, self).verify(password, encoded))


def _in_turn(work: Callable[[], T]) -> T:
    """Raise `Busy` if others wait for too long already."""
    with (
        waiting(long=True),
        _places.take(),
        # A priority cannot be raised again, so the thread is used once.
        ThreadPoolExecutor(1, "hash", initializer=_give_way) as background,
    ):
        return background.submit(work).result()


def _give_way() -> None:
    # Linux applies the priority to the thread with this id and not to the whole process.
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
