"""Wait until something holds, however slow the machine is."""

import time

from django.db import connection

SECONDS_TO_WAIT = 60


def wait_for(condition):
    """Return the first true value of `condition()`; fail after a minute without one."""
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while not (value := condition()):
        assert time.monotonic() < deadline, f"waited {SECONDS_TO_WAIT} s in vain"
        time.sleep(0.05)
    return value


def blocked():
    """How many queries wait for a lock that a test holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0]
