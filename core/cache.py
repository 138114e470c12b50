from typing import Any

from django_redis.cache import RedisCache


class OptionalRedisCache(RedisCache):
    """A cache whose outage rejects no request.

    Locks use `add` (allauth's rate limits take one per request). During an outage no lock is held,
    so `add` succeeds.
    """

    def add(self, *args: Any, **kwargs: Any) -> bool:
        added = super().add(*args, **kwargs)
        return True if added is None else bool(added)
