"""Clients of Valkey that say at once when it is away."""

from functools import cache

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry


def client(*, timeout: float) -> redis.Redis:
    """One for every place that waits no longer than `timeout` seconds, shared by its threads."""
    return _client(settings.REDIS_URL, timeout)


@cache
def _client(url: str, timeout: float) -> redis.Redis:
    return redis.Redis.from_url(
        url,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        # By default the client tries again for many seconds, and a person would wait with it.
        retry=Retry(NoBackoff(), 0),
    )
