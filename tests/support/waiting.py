"""Wait until something holds, however slow the machine is."""

import time

from django.db import connection

SECONDS_TO_WAIT = 60


def wait_for(condition, seconds=SECONDS_TO_WAIT):
    """Return the first true value of `condition()`; fail after so long without one."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"waited {seconds} s in vain"
        time.sleep(0.05)
    return value


def blocked():
    """How many queries wait for a lock that a test holds."""
    with connection.cursor() as cursor:
        # Within a transaction PostgreSQL would repeat what it answered first.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0]
