"""`Idempotency-Key`: the same key of the same person gives the first result, never a second.

The key is claimed inside the action's own transaction, so a crash leaves neither the thing nor the
key, and a concurrent second request waits for the first at the unique constraint.
"""

import hashlib
from dataclasses import dataclass

import orjson
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.models import IdempotencyKey
from core.statements import rows

MAX_KEY = 100


def _stored(key: str) -> str:
    """A digest in place of a longer key: cut off, two keys with one beginning would be the same."""
    return key if len(key) <= MAX_KEY else hashlib.sha256(key.encode()).hexdigest()


class KeyReused(DomainError):
    code = "idempotency_key_reused"
    status = 422
    title = _("This Idempotency-Key was used for another request")


@dataclass(frozen=True, slots=True)
class KeyClaim:
    """`object_id` is what the first request made, or None if this one is to make it."""

    row_id: int | None
    object_id: int | None

    def settle(self, object_id: int) -> None:
        if self.row_id is not None:
            IdempotencyKey.objects.filter(pk=self.row_id).update(object_id=object_id)


NO_CLAIM = KeyClaim(row_id=None, object_id=None)

_INSERT = """
    INSERT INTO core_idempotencykey (user_id, key, fingerprint, created_at)
    VALUES (%(user)s, %(key)s, %(fingerprint)s, now())
    ON CONFLICT (user_id, key) DO NOTHING
    RETURNING id
"""


def claim(*, user_id: int, key: str, request: object) -> KeyClaim:
    """Claim `key` for a JSON-ready `request`; an empty key claims nothing."""
    if not key:
        return NO_CLAIM
    # Sorted keys, because a client that retries may send the members of its JSON in another order.
    fingerprint = hashlib.sha256(orjson.dumps(request, option=orjson.OPT_SORT_KEYS)).hexdigest()
    key = _stored(key)
    params = {"user": user_id, "key": key, "fingerprint": fingerprint}
    for (row_id,) in rows(_INSERT, params):
        return KeyClaim(row_id=row_id, object_id=None)
    # ON CONFLICT waited for the first request's transaction, so its row is committed and has its
    # object.
    first = IdempotencyKey.objects.get(user_id=user_id, key=key)
    if first.fingerprint != fingerprint:
        raise KeyReused
    return KeyClaim(row_id=first.pk, object_id=first.object_id)
