"""Statements of the paths that everybody waits for: written out, and planned once in a connection.

The ORM takes longer to write such a statement than PostgreSQL to answer it, and planning it costs
more than running it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor


def rows(statement: str, values: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
    """Execute a statement and return its rows. PostgreSQL binds the `%(name)s` parameters itself,
    so the statement must cast those whose type it cannot infer: `%(name)s::bigint`."""
    # Django's own cursor() does these two; the cursor below goes past it.
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    # Parameters bound by the server leave the statement's text constant, and psycopg prepares a
    # statement at its second execution on a connection (`prepare_threshold` in the settings).
    raw = ServerBindingCursor(connection.connection)  # type: ignore[call-arg] # psycopg's own
    make = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with make(raw) as cursor:  # type: ignore[arg-type] # the stubs mean what this makes
        cursor.execute(statement, values)
        fetched: Sequence[tuple[Any, ...]] = cursor.fetchall()
    return fetched
