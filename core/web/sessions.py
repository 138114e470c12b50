"""Django's sessions in the database, read by a statement that is planned once: every request of
somebody who has signed in begins with it."""

from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from core.statements import rows

_LOAD = """
    SELECT session_data FROM django_session
     WHERE session_key = %(key)s AND expire_date > %(now)s
"""


class SessionStore(db.SessionStore):
    def load(self) -> dict[str, Any]:
        for (data,) in rows(_LOAD, {"key": self.session_key, "now": timezone.now()}):
            return self.decode(data)
        # As Django does: a key that it does not know must not become one of ours.
        self._session_key = None
        return {}
