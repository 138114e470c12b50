from typing import Any

from django_redis.cache import RedisCache


class OptionalRedisCache(RedisCache):
    """A cache whose absence refuses nothing.

    `add` is what locks are made of (allauth's rate limits take one on every request): while the
    server is away nobody holds any, so that taking one succeeds.
    """

    def add(self, *args: Any, **kwargs: Any) -> bool:
        added = super().add(*args, **kwargs)
        return True if added is None else bool(added)
