"""Signatures of messages to other programs, by the Standard Webhooks specification 1.0.

A receiver with the secret can detect forged and replayed messages. Requests to an external
moderation service and webhooks are signed the same way.
"""

import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

_PREFIX = "whsec_"
_KEY_BYTES = 32
# The specification asks for 24 bytes at least.
_SHORTEST_KEY = 24


def new_secret() -> str:
    """Return `whsec_` and a random key in base64, as receivers' libraries take it."""
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
    """Sign an attempt made `at` a moment.

    While a secret is being changed there are two keys, and a receiver accepts either signature.
    """
    # The library formats the time without converting its time zone to UTC.
    at = at.astimezone(UTC)
    text = body.decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(key).sign(message_id, at, text) for key in keys),
    }


def is_signed(headers: Mapping[str, str], *, message_id: str, body: bytes, key: str) -> bool:
    """Tell whether `body` has a signature by `key` for this message, at most five minutes old.

    The names of `headers` are in lower case.
    """
    # A signature of another message of the same sender does not count.
    if headers.get("webhook-id") != message_id:
        return False
    try:
        Webhook(key).verify(body, dict(headers), json_parse=False)
    except (WebhookVerificationError, ValueError):
        # ValueError: a header or a body that the library cannot take apart.
        return False
    return True
