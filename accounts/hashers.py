"""Hash passwords one after another, in a thread of low priority.

A hash takes a tenth of a second and a hundred megabytes by design, so that an attacker cannot try
many. Six at once would take both processors from everybody who only reads.
"""

import os
import threading
from base64 import b64decode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from hmac import compare_digest
from typing import TypeVar

from argon2 import extract_parameters
from argon2.low_level import core, ffi
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

from core.places import Places
from core.slow_requests import waiting

T = TypeVar("T")
# Seconds. Longer than any wait for a hash: the lane of slow requests has few places.
_PATIENCE = 10
_NICENESS = 10
_ARGON2_OK = 0

_places = Places(1, patience=_PATIENCE)


class Argon2InTurn(Argon2PasswordHasher):
    # One thread for each hash. Django's own eight make it take all processors at once. While the
    # release before runs it would replace such hashes.
    if not settings.FORMER_RELEASE_RUNS:
        parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        return _in_turn(lambda: super(Argon2InTurn, self).encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        return _in_turn(lambda: _is_of(password, encoded))

    def must_update(self, encoded: str) -> bool:
        """Return whether a hash is weaker than ours. The number of its lanes does not matter.

        Another hash of the same password would end all other sessions of its person.
        """
        same = copy(self)
        same.parallelism = self.decode(encoded)["parallelism"]
        return super(Argon2InTurn, same).must_update(encoded)


def _is_of(password: str, encoded: str) -> bool:
    """Verify in one thread, also a hash with several lanes.

    In several it would take another time than the hash that is made for an unknown address, which
    would tell strangers who has an account.
    """
    stored = f"${encoded.partition('$')[2]}"
    parameters = extract_parameters(stored)
    salt, digest = map(_decoded, stored.split("$")[-2:])
    typed = password.encode()
    made = ffi.new("uint8_t[]", len(digest))
    # What the context points to must live as long as it.
    secrets = ffi.new("uint8_t[]", typed), ffi.new("uint8_t[]", salt)
    context = ffi.new(
        "argon2_context *",
        {
            "version": parameters.version,
            "out": made,
            "outlen": len(digest),
            "pwd": secrets[0],
            "pwdlen": len(typed),
            "salt": secrets[1],
            "saltlen": len(salt),
            "secret": ffi.NULL,
            "secretlen": 0,
            "ad": ffi.NULL,
            "adlen": 0,
            "t_cost": parameters.time_cost,
            "m_cost": parameters.memory_cost,
            "lanes": parameters.parallelism,
            "threads": 1,
            "allocate_cbk": ffi.NULL,
            "free_cbk": ffi.NULL,
            "flags": 0,  # ARGON2_DEFAULT_FLAGS
        },
    )
    status = core(context, parameters.type.value)
    return status == _ARGON2_OK and compare_digest(bytes(made), digest)


def _decoded(part: str) -> bytes:
    return b64decode(part + "=" * (-len(part) % 4))


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
