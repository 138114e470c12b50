"""Many requests in one test, each to the same state."""

from contextlib import contextmanager
from copy import deepcopy

from django.core.cache import cache
from django.db import transaction


@contextmanager
def undone():
    """Undo what is written inside to the database, and empty the cache."""
    savepoint = transaction.atomic()
    # Django marks the transactions of its TestCase so: durable transactions may begin inside.
    savepoint._from_testcase = True
    with savepoint:
        yield
        transaction.set_rollback(True)
    cache.clear()


def same_visitor(client):
    """Return another client with the cookies of `client`, which then cannot lose them."""
    other = type(client)()
    other.cookies = deepcopy(client.cookies)
    # A new handler would load the middleware again, which takes as long as many requests.
    other.handler = client.handler
    return other
