"""Metrics for Prometheus, read from the database and Valkey at scrape time, so that every web
process returns the same values."""

from collections.abc import Iterator

import redis
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from core import valkey
from core.models import OutboxEvent

CONTENT_TYPE = CONTENT_TYPE_LATEST
QUEUES = ("default", "mail", "documents")

registry = CollectorRegistry()


class _Outbox(Collector):
    def collect(self) -> Iterator[GaugeMetricFamily]:
        wait = OutboxEvent.objects.oldest_wait(timezone.now())
        yield GaugeMetricFamily(
            "otklik_outbox_waiting",
            "Events not yet handed to Celery.",
            value=OutboxEvent.objects.waiting().count(),
        )
        yield GaugeMetricFamily(
            "otklik_outbox_oldest_seconds",
            "How long the one that has been due for longest has waited.",
            value=wait.total_seconds(),
        )
        yield GaugeMetricFamily(
            "otklik_outbox_undone",
            "Events whose tasks have not all reported that they are done.",
            value=OutboxEvent.objects.undone().count(),
        )
        yield GaugeMetricFamily(
            "otklik_outbox_failing",
            "Those of them that have failed and are tried again.",
            value=OutboxEvent.objects.failing().count(),
        )
        yield GaugeMetricFamily(
            "otklik_outbox_parked",
            "Events that failed too often and wait for an administrator.",
            value=OutboxEvent.objects.parked().count(),
        )


class _Queues(Collector):
    def collect(self) -> Iterator[GaugeMetricFamily]:
        up = GaugeMetricFamily("otklik_valkey_up", "Whether Valkey answers.")
        waiting = GaugeMetricFamily("otklik_tasks_waiting", "Tasks in a queue.", labels=["queue"])
        try:
            client = valkey.client(timeout=1)
            lengths = [client.llen(queue) for queue in QUEUES]
        except redis.RedisError:
            # The scrape must succeed without Valkey: it is how an operator learns that Valkey is
            # down.
            up.add_metric([], 0)
        else:
            up.add_metric([], 1)
            for queue, length in zip(QUEUES, lengths, strict=True):
                waiting.add_metric([queue], length)
        yield up
        yield waiting


registry.register(_Outbox())
registry.register(_Queues())


def exposition() -> bytes:
    return generate_latest(registry)
