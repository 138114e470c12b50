"""What a browser sends as the signature of a passkey is read as JSON is everywhere else."""

import json

import pytest
from django.test import Client

from tests.support.people import new_person, proven, signed_in

pytestmark = pytest.mark.django_db
_SIGNED = {"clientDataJSON": "e30", "authenticatorData": "AA", "attestationObject": "oA"}
ODD = {
    "huge number": "9" * 4_400,
    "huge number inside": '{"id": ' + "9" * 4_400 + "}",
    "nested": "[" * 100_000,
    "endless": '{"id": Infinity}',
    "no JSON": "{",
    "a number": "7",
    "a text": '"a"',
    "empty": "",
    "an object": "{}",
    "half": '{"id": "AA"}',
    "numbers": json.dumps({"id": 1, "rawId": 1, "response": 1, "type": 1}),
    "empty parts": json.dumps({"id": "AA", "rawId": "AA", "response": {}, "type": "public-key"}),
    "odd parts": json.dumps({"id": "AA", "rawId": "AA", "response": _SIGNED, "type": "public-key"}),
    "odd base64": json.dumps({"id": "я", "rawId": "я", "response": _SIGNED}),
}
PAGES = ("/accounts/2fa/webauthn/login/", "/accounts/2fa/webauthn/add/")
API = (
    "/_allauth/browser/v1/auth/webauthn/login",
    "/_allauth/browser/v1/account/authenticators/webauthn",
)


@pytest.fixture
def anna(db):
    person = new_person("anna@example.org", "Анна К.")
    browser = signed_in(person)
    proven(browser, person, seconds_ago=0)
    return browser


def parsed(credential):
    try:
        return json.loads(credential)
    except (ValueError, RecursionError):
        return credential


@pytest.mark.parametrize("credential", ODD.values(), ids=ODD)
def test_odd_credentials_are_refused_with_a_sentence(anna, site, credential):
    for client in (Client(), anna):
        for page in PAGES:
            client.get(page)
            answer = client.post(page, {"credential": credential, "name": "Ключ"})
            assert answer.status_code in {200, 302}, (page, answer.status_code)
        for place in API:
            client.get(place)
            for sent in (credential, {"id": credential}, [credential], parsed(credential)):
                body = json.dumps({"credential": sent, "name": "Ключ"})
                answer = client.post(place, body, content_type="application/json")
                assert 400 <= answer.status_code < 500, (place, answer.status_code)
