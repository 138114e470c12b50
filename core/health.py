from collections.abc import Callable, Mapping
from datetime import timedelta

import redis
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from core import valkey
from core.models import OutboxEvent

# docs/operations.md tells operators to alert at the same 120 seconds.
OUTBOX_LATE = timedelta(minutes=2)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return f"does not answer: {error}".strip()
    return ""


def _valkey() -> str:
    try:
        valkey.client(timeout=1).ping()
    except redis.RedisError as error:
        return f"does not answer: {error}"
    return ""


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(pending)} not applied" if pending else ""


def _outbox() -> str:
    wait = OutboxEvent.objects.oldest_wait(timezone.now())
    return f"the oldest event waits for {wait.seconds} s" if wait > OUTBOX_LATE else ""


_CHECKS: Mapping[str, Callable[[], str]] = {
    "database": _database,
    "valkey": _valkey,
    "migrations": _migrations,
    "outbox": _outbox,
}


def warnings() -> dict[str, str]:
    """Return what an operator must look at although everything works: parked events.

    They are no fault, because a load balancer would take the whole product away for one of them.
    """
    parked = OutboxEvent.objects.parked().count()
    return {"outbox": f"{parked} parked"} if parked else {}


def faults() -> dict[str, str]:
    """Return a description of the fault of each failing component; empty when all work."""
    # Migrations and the outbox are read from the database and would only repeat its fault.
    if fault := _database():
        return {"database": fault}
    return {name: fault for name, check in _CHECKS.items() if (fault := check())}
