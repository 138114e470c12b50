"""Stop every process at one statement, so that a test can kill a worker exactly there."""

from contextlib import contextmanager

from tests.support.database_owner import owner_cursor

_HOLD = """
    CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_advisory_xact_lock(1); RETURN COALESCE(NEW, OLD); END $$;
    CREATE TRIGGER held BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION hold();
    SELECT pg_advisory_lock(1);
"""
_LET_GO = """
    SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event = 'advisory';
    SELECT pg_advisory_unlock(1);
    DROP FUNCTION hold CASCADE;
"""


@contextmanager
def halted(act, table):
    """Block workers that run `act` on `table` until the block ends."""
    with owner_cursor() as cursor:
        cursor.execute(_HOLD.format(act=act, table=table))
        try:
            yield
        finally:
            cursor.execute(_LET_GO)
