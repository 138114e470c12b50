"""How often something may be asked for; without the cache everybody passes."""

import time

from django.core.cache import cache

from core.errors import StrOrPromise, TooManyRequests


def count(act: str, of: str | None, *, limit: int, seconds: int, refusal: StrOrPromise) -> None:
    """Count one `act` of a person or an address, and raise an error beyond the limit."""
    # The window is part of the key, so nothing has to be reset. Around the border of two windows up
    # to twice `limit` can pass.
    key = f"limit:{act}:{of}:{int(time.time()) // seconds}"
    # `incr` refuses a missing key. `add` creates it with its expiry, and leaves the counter of an
    # earlier request alone.
    cache.add(key, 0, timeout=seconds)
    try:
        counted = cache.incr(key)
    except ValueError:  # the key is gone: there is no cache just now
        return
    # `counted` is None while Valkey is down: limits that must hold are counted in PostgreSQL (ADR
    # 3).
    if counted and counted > limit:
        raise TooManyRequests(refusal)
