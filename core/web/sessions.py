"""Database sessions read by a prepared statement, because every request of a signed-in person
begins with it. A sign-in ends after some time without a request, and after some time in any case.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.sessions.backends import db
from django.db import transaction
from django.utils import timezone

from core.statements import rows

_LOAD = """
    SELECT session_data, expire_date FROM django_session
     WHERE session_key = %(key)s AND expire_date > %(now)s
"""


# The data are left alone: another request may be changing them.
_PROLONG = """
    UPDATE django_session SET expire_date = %(until)s WHERE session_key = %(key)s
 RETURNING session_key
"""
_IDLE, _ENDS = "_idle_seconds", "_ends_at"
# A session that is used is prolonged so many times in the time that it may be idle.
_PROLONGED_TIMES = 24

# Django saves a session without a lock, so of two pages that save at once the last one wins.
_LOCK = "SELECT 1 FROM django_session WHERE session_key = %(key)s FOR UPDATE"


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a sign-in lasts without a request, and at most."""

    idle: timedelta
    total: timedelta


class SessionStore(db.SessionStore):
    def load(self) -> dict[str, Any]:
        for data, expires in rows(_LOAD, {"key": self.session_key, "now": timezone.now()}):
            content: dict[str, Any] = self.decode(data)
            self._prolong(content, expires)
            return content
        # As Django does: a key that it does not know must not become one of ours.
        self._session_key = None
        return {}

    def limit(self, lifetime: Lifetime) -> None:
        """Let the session end by `lifetime` from now on."""
        self[_IDLE] = int(lifetime.idle.total_seconds())
        self[_ENDS] = time.time() + lifetime.total.total_seconds()

    # Of the row. Saving a session is using it, too.
    def get_expiry_date(self, **kwargs: Any) -> datetime:
        expires: datetime = super().get_expiry_date(**kwargs)
        until = _until(dict(self.items()))
        return expires if until is None else min(expires, until)

    # Of the cookie: it outlives times without a request, because only some answers renew it.
    def get_expiry_age(self, **kwargs: Any) -> int:
        age: int = super().get_expiry_age(**kwargs)
        ends = self.get(_ENDS)
        return age if ends is None else max(0, min(age, int(ends - time.time())))

    def _prolong(self, content: dict[str, Any], expires: datetime) -> None:
        until = _until(content)
        if until is None:
            return
        if until - expires > timedelta(seconds=content[_IDLE]) / _PROLONGED_TIMES:
            rows(_PROLONG, {"key": self.session_key, "until": until})

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


def _until(content: dict[str, Any]) -> datetime | None:
    """Return when a session that is used now ends; None for one without a sign-in."""
    if _IDLE not in content:
        return None
    ends = datetime.fromtimestamp(content[_ENDS], UTC)
    return min(timezone.now() + timedelta(seconds=content[_IDLE]), ends)
