"""How often something may be asked for, by one account and from one network.

Counted in Valkey by one atomic increment for each request, so that parallel requests cannot pass
together. While Valkey is down, each process counts for itself: a limit then holds once for each
process, and no request waits or is refused because of the outage.
"""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import redis

from core import valkey
from core.errors import StrOrPromise, TooManyRequests
from core.networks import network_of
from core.slow_requests import waiting

# A person waits for it, and without Valkey the request goes on.
_PATIENCE = 0.5  # seconds
# Counters that a process keeps during an outage. The oldest make room, so that an attacker with
# many networks cannot fill its memory.
_COUNTED_HERE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most so many acts in `seconds`; None sets no limit.

    A network may be an office or a mobile provider with many people, so its limit is the larger one
    for what needs an account. `per_key` counts by anything else, such as a mailbox.

    The spans follow each other without overlap: around the border of two, up to twice as many can
    pass.
    """

    act: str
    seconds: int
    per_account: int | None = None
    per_network: int | None = None
    per_key: int | None = None


def count(
    limit: Limit,
    *,
    refusal: StrOrPromise,
    account: int | None = None,
    ip: str | None = None,
    key: str = "",
) -> None:
    """Count one act, and raise `TooManyRequests` beyond the limit.

    `ip` is the request's address; an act without a request has none, and no network then.
    """
    subjects = [
        ("account", account, limit.per_account),
        ("network", network_of(ip) if ip else None, limit.per_network),
        ("key", key or None, limit.per_key),
    ]
    span, passed = divmod(int(time.time()), limit.seconds)
    # All are counted, also after one has refused: otherwise the order would decide what they count.
    counted = {
        f"limit:{limit.act}:{kind}:{subject}:{span}": most
        for kind, subject, most in subjects
        if subject is not None and most is not None
    }
    times = _counted(list(counted), limit.seconds)
    if any(made > most for made, most in zip(times, counted.values(), strict=True)):
        raise TooManyRequests(refusal, retry_after=limit.seconds - passed)


def use_once(act: str, key: str, *, seconds: int, refusal: StrOrPromise) -> None:
    """Raise `TooManyRequests` unless this is the first use of `key` in the last `seconds`."""
    name = f"once:{act}:{key}"
    try:
        with waiting():
            is_first = valkey.client(timeout=_PATIENCE).set(name, 1, nx=True, ex=seconds)
    except redis.RedisError:
        is_first = _here.increment(name) == 1
    if not is_first:
        raise TooManyRequests(refusal)


def _counted(keys: list[str], seconds: int) -> list[int]:
    """Increment each counter and return their values."""
    if not keys:
        return []
    # One round trip for all.
    batch = valkey.client(timeout=_PATIENCE).pipeline(transaction=True)
    for key in keys:
        batch.incr(key)
        batch.expire(key, seconds)
    try:
        with waiting():
            replies: list[Any] = batch.execute()
    except redis.RedisError:
        return [_here.increment(key) for key in keys]
    return replies[::2]


class _CountersOfProcess:
    def __init__(self) -> None:
        self._counts: OrderedDict[str, int] = OrderedDict()
        self._lock = threading.Lock()

    def increment(self, key: str) -> int:
        with self._lock:
            times = self._counts.pop(key, 0) + 1
            self._counts[key] = times
            if len(self._counts) > _COUNTED_HERE:
                self._counts.popitem(last=False)
        return times


_here = _CountersOfProcess()
