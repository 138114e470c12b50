"""Answers are the same for known and unknown addresses, so they reveal no accounts."""

import re
import time
from urllib.parse import quote

import pytest
from django.core import mail
from django.test import Client

from tests.support.people import PASSWORD

UNKNOWN = "nobody@example.org"


def page(response, email, third):
    """Return the response without the typed address and without random parts."""
    text = response.content.decode().replace(quote(email), email)
    text = text.replace(email, "ADDRESS").replace(third, "THIRD")
    # The pages count the seconds down.
    text = re.sub(r'data-wait="\d+"|через \d+ секунд\w?', "SECONDS", text)
    return re.sub(r'csrfmiddlewaretoken" value="\w+"|X-CSRFToken": "\w+"|nonce-\S+', "", text)


def walk(email, steps, name="Пётр"):
    """Status, place and page of each step, in a fresh browser."""
    client, answers, third = Client(), [], f"third-{len(name)}@example.org"
    for path, data in steps:
        words = {"email": email, "name": name, "third": third}
        filled = {key: value.format(**words) for key, value in data.items()}
        answer = client.post(path, filled) if data else client.get(path)
        answers.append((answer.status_code, answer.get("Location"), page(answer, email, third)))
    return answers


SIGNUP = {"email": "{email}", "password1": PASSWORD, "display_name": "{name}"}
FLOWS = {
    "signing in": [("/accounts/login/", {"login": "{email}", "password": "wrong-password"})],
    "a new password": [
        ("/accounts/password/reset/", {"email": "{email}"}),
        ("/accounts/password/reset/confirm/", {}),
        ("/accounts/password/reset/confirm/", {"code": "000000"}),
    ],
    "a code": [
        ("/accounts/login/code/", {"email": "{email}"}),
        ("/accounts/login/code/confirm/", {}),
        ("/accounts/login/code/confirm/", {"code": "000000"}),
        ("/accounts/login/code/confirm/", {"action": "resend"}),
    ],
    "registering": [
        ("/accounts/signup/", SIGNUP),
        ("/accounts/confirm-email/", {}),
        ("/accounts/confirm-email/", {"code": "000000"}),
        ("/accounts/confirm-email/", {"action": "resend"}),
        ("/accounts/confirm-email/", {"action": "change", "email": "not an address"}),
        ("/accounts/confirm-email/", {"action": "change", "email": "{third}"}),
        ("/accounts/confirm-email/", {}),
    ],
}


@pytest.mark.parametrize("flow", FLOWS)
def test_every_step_answers_alike(reader, flow):
    unknown = walk(UNKNOWN, FLOWS[flow])
    assert walk(reader.email, FLOWS[flow], name="Фёдор") == unknown


@pytest.mark.parametrize("flow", FLOWS)
def test_a_known_address_gets_as_many_emails(reader, flow, deliver):
    walk(UNKNOWN, FLOWS[flow][:1])
    deliver()
    sent = len(mail.outbox)
    walk(reader.email, FLOWS[flow][:1], name="Фёдор")
    deliver()
    assert len(mail.outbox) == 2 * sent


def test_a_taken_address_keeps_the_name_as_a_new_account_would(reader):
    walk(reader.email, FLOWS["registering"][:1])
    second = Client().post(
        "/accounts/signup/", {"email": "other@example.org", "display_name": "Пётр"}
    )
    assert "display_name" in second.context["form"].errors


@pytest.fixture
def one_moment(monkeypatch):
    """However slow the machine: the limits count by the minute."""
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now)


def attempts(client, count, **headers):
    return [
        client.post(
            "/accounts/login/",
            {"login": f"p{number}@example.org", "password": "wrong-password"},
            headers={name: value.format(number) for name, value in headers.items()},
        )
        for number in range(count)
    ]


def is_limited(response):
    return response.status_code == 429 or "Слишком много попыток" in response.content.decode()


def test_a_forged_address_does_not_escape_the_limit(client, site, one_moment):
    answers = attempts(client, 12, **{"X-Forwarded-For": "203.0.113.{}"})
    assert not is_limited(answers[0])
    assert is_limited(answers[-1])


def test_behind_a_proxy_only_what_the_proxy_adds_counts(client, site, settings, one_moment):
    settings.TRUSTED_PROXY_COUNT = 1
    forged = attempts(client, 12, **{"X-Forwarded-For": "203.0.113.{}, 198.51.100.7"})
    assert is_limited(forged[-1])
    neighbour = attempts(client, 1, **{"X-Forwarded-For": "198.51.100.7, 198.51.100.8"})
    assert not is_limited(neighbour[0])


def test_the_limit_of_an_account_holds_from_everywhere(client, reader, settings, one_moment):
    settings.TRUSTED_PROXY_COUNT = 1
    data = {"login": reader.email, "password": "wrong-password"}
    for number in range(6):
        address = {"X-Forwarded-For": f"203.0.113.{number}"}
        answer = client.post("/accounts/login/", data, headers=address)
    assert is_limited(answer)


def test_with_the_cache_away_people_still_sign_in(client, reader, settings):
    settings.CACHES = {
        "default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}
    }
    data = {"login": reader.email, "password": PASSWORD}
    assert client.post("/accounts/login/", data)["Location"] == "/"


def test_names_of_addresses_are_hinted_at_and_never_insisted_on(client, site, code_in_email):
    hint = client.get("/accounts/address-hint/", {"email": "boris@mail.tu"}).content.decode()
    assert 'data-value="boris@mail.ru"' in hint
    client.post("/accounts/signup/", SIGNUP | {"email": "boris@mail.tu", "display_name": "Борис"})
    page = client.get("/accounts/confirm-email/").content.decode()
    assert "Возможно, вы имели в виду boris@mail.ru?" in page
    answer = client.post("/accounts/confirm-email/", {"code": code_in_email("boris@mail.tu")})
    assert answer["Location"] == "/"
