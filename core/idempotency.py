"""`Idempotency-Key`: the same key of the same person gives the first result, never a second.

The key is claimed inside the action's own transaction, so a crash leaves neither the thing nor the
key, and a concurrent second request waits for the first at the unique constraint. An action that
writes everything in one statement claims it there: `request_key` and `CLAIM`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True, slots=True)
class RequestKey:
    """A key as it is stored, with a digest of the request that it stands for."""

    user_id: int
    key: str
    fingerprint: str


def request_key(*, user_id: int, key: str, request: object) -> RequestKey | None:
    """Return the key of a JSON-ready `request`; None for an empty key, which claims nothing."""
    if not key:
        return None
    # Sorted keys, because a client that retries may send the members of its JSON in another order.
    fingerprint = hashlib.sha256(orjson.dumps(request, option=orjson.OPT_SORT_KEYS)).hexdigest()
    return RequestKey(user_id, _stored(key), fingerprint)


def claim(*, user_id: int, key: str, request: object) -> KeyClaim:
    """Claim `key` for a JSON-ready `request`; an empty key claims nothing."""
    wanted = request_key(user_id=user_id, key=key, request=request)
    if wanted is None:
        return NO_CLAIM
    params = {"user": user_id, "key": wanted.key, "fingerprint": wanted.fingerprint}
    for (row_id,) in rows(_INSERT, params):
        return KeyClaim(row_id=row_id, object_id=None)
    # ON CONFLICT waited for the first request's transaction, so its row is committed and has its
    # object.
    row = IdempotencyKey.objects.get(user_id=user_id, key=wanted.key)
    first = FirstRequest(row.fingerprint, row.object_id)
    return KeyClaim(row_id=row.pk, object_id=made_before(wanted, first))


# Parts of larger statements, with the parameters of `key_values`. The first one gives a row if the
# key was used before; the second one a row if `made.id` is what its request makes, and none if
# another request was quicker.
FIRST_REQUEST = """
    SELECT fingerprint, object_id
      FROM core_idempotencykey
     WHERE user_id = %(key_owner)s::bigint AND key = %(key)s
"""
CLAIM = """
    INSERT INTO core_idempotencykey AS claimed (user_id, key, fingerprint, object_id, created_at)
    SELECT %(key_owner)s, %(key)s, %(key_fingerprint)s, made.id, now()
      FROM made
     WHERE %(key_owner)s::bigint IS NOT NULL
        ON CONFLICT (user_id, key) DO UPDATE SET object_id = excluded.object_id
     WHERE claimed.object_id IS NULL AND claimed.fingerprint = excluded.fingerprint
 RETURNING object_id
"""


def key_values(key: RequestKey | None) -> Mapping[str, Any]:
    return {
        "key_owner": key.user_id if key else None,
        "key": key.key if key else "",
        "key_fingerprint": key.fingerprint if key else "",
    }


@dataclass(frozen=True, slots=True)
class FirstRequest:
    """An earlier request with the same key; `object_id` is what it made."""

    fingerprint: str
    object_id: int | None


def made_before(key: RequestKey | None, first: FirstRequest | None) -> int | None:
    """Return what the first request with the key made, or raise `KeyReused`."""
    if key is None or first is None:
        return None
    if first.fingerprint != key.fingerprint:
        raise KeyReused
    return first.object_id
