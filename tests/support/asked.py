"""The statements that an act sends to PostgreSQL, to compare what two acts cost."""

import re
from contextlib import contextmanager

from django.db import connection


@contextmanager
def statements():
    """Collect the statements in order, without their values and the names of savepoints."""
    collected = []

    def collect(execute, sql, params, many, context):
        collected.append(re.sub(r'"s\d+_x\d+"', "savepoint", sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(collect):
        yield collected
