"""Signatures by the Standard Webhooks specification, with the project's additions."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from standardwebhooks import Webhook

from core.signatures import is_secret, is_signed, new_secret, signed_headers

KEY = new_secret()
BODY = '{"text": "Привет"}'.encode()


def headers(*, message_id="m-1", at=None, keys=(KEY,)):
    at = at or datetime.now(UTC)
    return dict(signed_headers(message_id=message_id, at=at, body=BODY, keys=keys))


def test_receivers_library_verifies_a_moment_in_any_time_zone():
    moscow = datetime.now(ZoneInfo("Europe/Moscow"))
    assert Webhook(KEY).verify(BODY, headers(at=moscow)) == {"text": "Привет"}


def test_either_key_verifies_while_a_secret_is_being_changed():
    former = new_secret()
    both = headers(keys=[KEY, former])
    assert is_signed(both, message_id="m-1", body=BODY, key=KEY)
    assert is_signed(both, message_id="m-1", body=BODY, key=former)


@pytest.mark.parametrize(
    "changes",
    [
        {"webhook-id": "m-2"},
        {"webhook-timestamp": "yesterday"},
        {"webhook-timestamp": ""},
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": "without a version"},
        {"webhook-signature": "v1,not base64 ü"},
        {"webhook-signature": ""},
    ],
)
def test_changed_header_is_not_signed(changes):
    assert not is_signed(headers() | changes, message_id="m-1", body=BODY, key=KEY)


def test_changed_body_foreign_key_and_old_moment_are_not_signed():
    assert not is_signed(headers(), message_id="m-1", body=b"{}", key=KEY)
    assert not is_signed(headers(), message_id="m-1", body=b"\xff", key=KEY)
    assert not is_signed(headers(), message_id="m-1", body=BODY, key=new_secret())
    old = datetime.now(UTC) - timedelta(minutes=6)
    assert not is_signed(headers(at=old), message_id="m-1", body=BODY, key=KEY)


@pytest.mark.parametrize("text", ["", "whsec_", "whsec_c2hvcnQ=", "secret", "whsec_ü"])
def test_short_or_foreign_text_is_no_secret(text):
    assert not is_secret(text)
    assert is_secret(KEY)
