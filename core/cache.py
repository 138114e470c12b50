from typing import Any

from django_redis.cache import RedisCache


class OptionalRedisCache(RedisCache):
    """A cache whose outage rejects no request.

    Locks use `add` (allauth's rate limits take one per request). During an outage no lock is held,
    so `add` succeeds.
    """

    def add(self, *args: Any, **kwargs: Any) -> bool:
        added = super().add(*args, **kwargs)
        # django-redis ignores connection errors (IGNORE_EXCEPTIONS) and then returns None. allauth
        # would then wait a second for a lock that no other request holds, and refuse this request.
        return True if added is None else bool(added)
