"""How often something may be asked for; without the cache everybody passes."""

import time

from django.core.cache import cache

from core.errors import StrOrPromise, TooManyRequests


def count(act: str, of: str | None, *, limit: int, seconds: int, refusal: StrOrPromise) -> None:
    """Count one `act` of a person or an address, and raise an error beyond the limit."""
    key = f"limit:{act}:{of}:{int(time.time()) // seconds}"
    cache.add(key, 0, timeout=seconds)
    try:
        counted = cache.incr(key)
    except ValueError:  # the key is gone: there is no cache just now
        return
    if counted and counted > limit:
        raise TooManyRequests(refusal)
