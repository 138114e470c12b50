"""The statements that an act sends to PostgreSQL, to compare what two acts cost."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the statements in order, without their values and the names of savepoints."""
    collected: list[str] = []

    def collect(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        collected.append(re.sub(r'"s\d+_x\d+"', "savepoint", sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(collect):
        yield collected


@dataclass
class Cost:
    """Statements, with BEGIN and COMMIT, and how often this process waited for their answers."""

    statements: int = 0
    round_trips: int = 0


@contextmanager
def cost() -> Iterator[Cost]:
    """Count what passes between libpq and PostgreSQL, whoever sends it.

    PostgreSQL says once after each round trip that it is ready: after a statement, after the
    preparation of one, and after all statements of a pipeline.
    """
    counted = Cost()
    connection.ensure_connection()
    pgconn = connection.connection.pgconn
    with tempfile.TemporaryFile() as trace:
        pgconn.trace(trace.fileno())
        try:
            yield counted
        finally:
            # libpq writes through a buffer of its own, and empties it here.
            pgconn.untrace()
        trace.seek(0)
        messages = re.findall(rb"\t([FB])\t\d+\t(\w+)", trace.read())
    counted.statements = sum(
        (sender, name) in {(b"F", b"Query"), (b"F", b"Execute")} for sender, name in messages
    )
    counted.round_trips = messages.count((b"B", b"ReadyForQuery"))
