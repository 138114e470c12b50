"""Database sessions read by a prepared statement, because every request of a signed-in person
begins with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.sessions.backends import db
from django.db import transaction
from django.utils import timezone

from core.statements import rows

_LOAD = """
    SELECT session_data FROM django_session
     WHERE session_key = %(key)s AND expire_date > %(now)s
"""


# Django saves a session without a lock, so of two pages that save at once the last one wins.
_LOCK = "SELECT 1 FROM django_session WHERE session_key = %(key)s FOR UPDATE"


class SessionStore(db.SessionStore):
    def load(self) -> dict[str, Any]:
        for (data,) in rows(_LOAD, {"key": self.session_key, "now": timezone.now()}):
            return self.decode(data)
        # As Django does: a key that it does not know must not become one of ours.
        self._session_key = None
        return {}

    @contextmanager
    def alone(self) -> Iterator[None]:
        """For what several pages of one browser write at once: a session is written whole, so each
        reads here what the one before has written."""
        is_new = self.session_key is None
        if is_new:
            self.create()
        with transaction.atomic(durable=True):
            rows(_LOCK, {"key": self.session_key})
            self._session_cache = self.load()
            yield
            self.save()
        # Saving again at the end of the request would overwrite concurrent changes; but Django sets
        # the cookie of a new session only then.
        self.modified = is_new
