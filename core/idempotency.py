"""`Idempotency-Key`: the same key of the same person gives the first result, never a second.

The key is claimed inside the action's own transaction, so a crash leaves neither the thing nor the
key, and a second request that comes meanwhile waits for the first at the unique constraint.
"""

import hashlib
from dataclasses import dataclass

import orjson
from django.db import connection
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.models import IdempotencyKey

MAX_KEY = 100


class KeyReused(DomainError):
    code = "idempotency_key_reused"
    status = 422
    title = _("This Idempotency-Key was used for another request")


@dataclass(frozen=True, slots=True)
class Claim:
    """`object_id` is what the first request made, or None if this one is to make it."""

    row_id: int | None
    object_id: int | None

    def settle(self, object_id: int) -> None:
        if self.row_id is not None:
            IdempotencyKey.objects.filter(pk=self.row_id).update(object_id=object_id)


NO_CLAIM = Claim(row_id=None, object_id=None)

_INSERT = """
    INSERT INTO core_idempotencykey (user_id, key, fingerprint, created_at)
    VALUES (%s, %s, %s, now())
    ON CONFLICT (user_id, key) DO NOTHING
    RETURNING id
"""


def claim(*, user_id: int, key: str, request: object) -> Claim:
    """Claim `key` for a JSON-ready `request`; an empty key claims nothing."""
    if not key:
        return NO_CLAIM
    fingerprint = hashlib.sha256(orjson.dumps(request, option=orjson.OPT_SORT_KEYS)).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [user_id, key[:MAX_KEY], fingerprint])
        inserted = cursor.fetchone()
    if inserted:
        return Claim(row_id=inserted[0], object_id=None)
    first = IdempotencyKey.objects.get(user_id=user_id, key=key[:MAX_KEY])
    if first.fingerprint != fingerprint:
        raise KeyReused
    return Claim(row_id=first.pk, object_id=first.object_id)
