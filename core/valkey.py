"""Clients of Valkey that say at once when it is away."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.client import PubSub
from redis.retry import Retry


def client(*, timeout: float) -> redis.Redis:
    """One for every place that waits no longer than `timeout` seconds, shared by its threads."""
    # Two threads at once would make two, and the one that is let go closes its connections, also
    # those that are in use.
    with _making:
        return _client(settings.REDIS_URL, timeout)


_making = threading.Lock()


@cache
def _client(url: str, timeout: float) -> redis.Redis:
    return _new_client(url, timeout)


def _new_client(url: str, timeout: float, **options: Any) -> redis.Redis:
    return redis.Redis.from_url(
        url,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        # By default the client tries again for many seconds, and a person would wait with it.
        retry=Retry(NoBackoff(), 0),
        **options,
    )


@contextmanager
def subscription(channel: str, *, health_check: float) -> Iterator[PubSub]:
    """Subscribe over a separate connection, which is checked every `health_check` seconds.

    A lost connection raises an error; it is never resumed with messages missing.
    """
    client = _new_client(
        settings.REDIS_URL,
        2 * health_check,
        health_check_interval=health_check,
        client_name=channel,
    )
    with client, client.pubsub() as pubsub:  # type: ignore[no-untyped-call]
        pubsub.subscribe(channel)
        yield pubsub
