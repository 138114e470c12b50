"""Signatures of what we send to other programs, by the Standard Webhooks specification 1.0.

Whoever has the secret can tell our messages from forged and from old ones. The hook of external
moderation and the webhooks of a publication are signed alike.
"""

import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

_PREFIX = "whsec_"
_KEY_BYTES = 32
_SHORTEST_KEY = 24
# Clocks differ, and answers take their time.
_TOLERATED = timedelta(minutes=5)


def new_secret() -> str:
    """`whsec_` and the key in base64, as receivers' libraries take it."""
    return _PREFIX + b64encode(secrets.token_bytes(_KEY_BYTES)).decode()


def is_secret(text: str) -> bool:
    try:
        key = b64decode(text.removeprefix(_PREFIX), validate=True)
    except ValueError:
        return False
    return text.startswith(_PREFIX) and len(key) >= _SHORTEST_KEY


def signed_headers(
    *, message_id: str, at: datetime, body: bytes, keys: Iterable[str]
) -> Mapping[str, str]:
    """`at` is when this attempt is made. While a secret is being changed there are two keys, and
    a receiver accepts either signature."""
    timestamp = str(int(at.timestamp()))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{_signature(key, signed)}" for key in keys),
    }


def is_signed(
    headers: Mapping[str, str], *, message_id: str, body: bytes, key: str, now: datetime
) -> bool:
    """Whether `body` came with a signature made by `key`, lately, for this very message.

    The names of `headers` are in small letters.
    """
    timestamp = headers.get("webhook-timestamp", "")
    if headers.get("webhook-id") != message_id or not timestamp.isdecimal():
        return False
    if abs(now.timestamp() - int(timestamp)) > _TOLERATED.total_seconds():
        return False
    expected = f"v1,{_signature(key, f'{message_id}.{timestamp}.'.encode() + body)}"
    given = headers.get("webhook-signature", "").encode().split()
    return any(hmac.compare_digest(expected.encode(), one) for one in given)


def _signature(key: str, signed: bytes) -> str:
    decoded = b64decode(key.removeprefix(_PREFIX))
    return b64encode(hmac.digest(decoded, signed, "sha256")).decode()
