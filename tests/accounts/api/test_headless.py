"""Registration and sign-in through the JSON API."""

import time
from types import SimpleNamespace

import pytest
from allauth.account.internal import stagekit
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.test import Client

from accounts.actions import register_person
from accounts.models import HeldName, User
from tests.support.people import PASSWORD, prove

SIGNUP = "/_allauth/app/v1/auth/signup"


def ask(client, email="boris@example.org", name="Борис"):
    data = {"email": email, "password": PASSWORD, "display_name": name}
    return client.post(SIGNUP, data, content_type="application/json")


def test_registration_by_code(client, site, code_in_email):
    answer = ask(client)
    token = answer.json()["meta"]["session_token"]
    code = code_in_email("boris@example.org")
    verified = client.post(
        "/_allauth/app/v1/auth/email/verify",
        {"key": code},
        content_type="application/json",
        headers={"X-Session-Token": token},
    )
    assert verified.json()["meta"]["is_authenticated"]
    user = User.objects.get(email="boris@example.org")
    assert user.display_name == "Борис"
    headers = {"X-Session-Token": verified.json()["meta"].get("session_token", token)}
    assert client.get("/api/v1/access/", headers=headers).status_code == 204


def test_a_known_address_is_answered_like_an_unknown_one(client, reader):
    unknown, known = ask(client), ask(client, email=reader.email, name="Вера")
    assert known.status_code == unknown.status_code == 401
    answers = [answer.json() for answer in (unknown, known)]
    for answer in answers:
        answer["meta"].pop("session_token")
    assert answers[0] == answers[1]
    assert HeldName.objects.filter(skeleton="bepa").exists()


def test_a_taken_name_is_reported_next_to_its_field(client, reader):
    errors = ask(client, name="Aннa K").json()["errors"]
    assert [error["param"] for error in errors] == ["display_name"]


IDN = "idn@почта.рф"
SPELLINGS = [IDN, "idn@xn--80a1acny.xn--p1ai", " IDN@Почта.РФ "]
HEADLESS = "/_allauth/browser/v1/"


def send(client, end, data, method="post", **more):
    return getattr(client, method)(HEADLESS + end, data, content_type="application/json", **more)


@pytest.fixture
def idn(site):
    return register_person(email=IDN, password=PASSWORD, display_name="Иван")


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_each_door_finds_the_account_by_each_spelling(idn, deliver, spelling):
    signed_in = Client()
    answer = send(signed_in, "auth/login", {"email": spelling, "password": PASSWORD})
    assert answer.json()["meta"]["is_authenticated"]
    for end in ("auth/code/request", "auth/password/request"):
        send(Client(), end, {"email": spelling})
    deliver()
    assert [message.to for message in mail.outbox] == [[IDN], [IDN]]
    assert all("Учётной записи" not in message.subject for message in mail.outbox)
    # The account's address in another spelling is not a new one.
    refused = send(signed_in, "account/email", {"email": spelling})
    assert refused.status_code == 400
    resent = send(signed_in, "account/email", {"email": spelling}, "put")
    assert resent.status_code == 200


@pytest.mark.parametrize("spelling", SPELLINGS[1:])
def test_new_addresses_are_stored_in_one_spelling(client, reader, code_in_email, spelling):
    client.force_login(reader)
    prove(client)
    send(client, "account/email", {"email": spelling})
    assert send(client, "auth/email/verify", {"key": code_in_email(IDN)}).status_code == 200
    assert list(EmailAddress.objects.values_list("email", flat=True)) == [IDN]


def test_address_corrected_at_registration_is_spelled_and_checked(client, site, code_in_email):
    data = {"email": "idn@pochta.example", "password": PASSWORD, "display_name": "Иван"}
    send(client, "auth/signup", data)
    assert send(client, "account/email", {"email": "иван@почта.рф"}).status_code == 400
    send(client, "account/email", {"email": SPELLINGS[1]})
    verified = send(client, "auth/email/verify", {"key": code_in_email(IDN)})
    assert verified.json()["meta"]["is_authenticated"]
    assert User.objects.get().email == IDN


# As mail programs copy it: U+00A0, U+202F and U+200B between the digits.
SPACES = ["\u00a0", "\u202f", "\u200b", " "]


@pytest.mark.parametrize("space", SPACES)
def test_code_with_a_space_of_any_kind_is_right(reader, code_in_email, space):
    def with_space(code):
        return f"{space}{code[:3]}{space}{code[3:]}{space}"

    by_api, by_page, resetting = Client(), Client(), Client()
    send(by_api, "auth/code/request", {"email": reader.email})
    code = with_space(code_in_email(reader.email))
    answer = send(by_api, "auth/code/confirm", {"code": code})
    assert answer.json()["meta"]["is_authenticated"]
    by_page.post("/accounts/login/code/", {"email": reader.email})
    code = with_space(code_in_email(reader.email))
    assert by_page.post("/accounts/login/code/confirm/", {"code": code})["Location"] == "/"
    send(resetting, "auth/password/request", {"email": reader.email})
    data = {"key": with_space(code_in_email(reader.email)), "password": "spelye-limony-nochju"}
    send(resetting, "auth/password/reset", data)
    reader.refresh_from_db()
    assert reader.check_password("spelye-limony-nochju")


@pytest.mark.parametrize("space", SPACES)
def test_code_of_a_registration_with_a_space_is_right(client, site, code_in_email, space):
    data = {"email": "vera@example.org", "password1": PASSWORD, "display_name": "Вера"}
    client.post("/accounts/signup/", data)
    code = code_in_email("vera@example.org")
    answer = client.post("/accounts/confirm-email/", {"code": f"{code[:3]}{space}{code[3:]}"})
    assert answer["Location"] == "/"


APP = "/_allauth/app/v1/"


def app_send(end, data, token="", method="post"):
    headers = {"X-Session-Token": token} if token else {}
    return getattr(Client(), method)(
        APP + end, data, content_type="application/json", headers=headers
    )


def pending(answer):
    return [flow["id"] for flow in answer.json()["data"]["flows"] if flow.get("is_pending")]


NEW = {"email": "vera@example.org", "password": PASSWORD, "display_name": "Вера"}


@pytest.mark.parametrize(
    ("end", "data", "flow"),
    [
        ("auth/signup", NEW, "verify_email"),
        ("auth/signup", NEW | {"email": "anna@example.org"}, "verify_email"),
        ("auth/code/request", {"email": "anna@example.org"}, "login_by_code"),
        ("auth/code/request", {"email": "nobody@example.org"}, "login_by_code"),
        ("auth/password/request", {"email": "anna@example.org"}, "password_reset_by_code"),
        ("auth/password/request", {"email": "nobody@example.org"}, "password_reset_by_code"),
        ("auth/login", {"email": "unproved@example.org", "password": PASSWORD}, "verify_email"),
        ("auth/login", {"email": "second@example.org", "password": PASSWORD}, "mfa_authenticate"),
    ],
)
@pytest.mark.parametrize("is_begun_twice", [False, True])
def test_app_can_go_on_from_each_401_with_a_step_that_waits(
    reader, end, data, flow, is_begun_twice
):
    unproved = register_person(email="unproved@example.org", password=PASSWORD, display_name="Олег")
    EmailAddress.objects.filter(user=unproved).update(verified=False)
    second = register_person(email="second@example.org", password=PASSWORD, display_name="Ирина")
    TOTP.activate(second, generate_totp_secret())
    first = app_send(end, data)
    token = first.json()["meta"]["session_token"]
    assert (first.status_code, pending(first)) == (401, [flow])
    if is_begun_twice:
        answer = app_send(end, data, token)
        # Some refuse a second beginning (400, 409).
        assert answer.status_code != 401 or pending(answer) == [flow]
        token = answer.json().get("meta", {}).get("session_token", token)
    asked = app_send("auth/session", None, token, "get")
    assert (asked.status_code, pending(asked)) == (401, [flow])


@pytest.mark.parametrize("email", ["anna@example.org", "nobody@example.org"])
def test_app_without_a_token_has_no_step_to_go_on_with(reader, email):
    token = app_send("auth/code/request", {"email": email}).json()["meta"]["session_token"]
    for _try in range(3):
        wrong = app_send("auth/code/confirm", {"code": "BCDFGHJK"}, token)
        assert wrong.status_code == 400
    given_up = app_send("auth/code/confirm", {"code": "BCDFGHJK"}, token)
    assert given_up.status_code == 409
    for answer in (app_send("auth/session", None, token, "get"), app_send("auth/code/confirm", {})):
        assert answer.status_code != 401 or pending(answer) == []
    assert app_send("auth/code/confirm", {"code": "BCDFGHJK"}, "unknown").status_code == 410


def test_clock_that_is_set_forward_while_a_code_is_sent_leaves_no_step(reader, monkeypatch):
    later = SimpleNamespace(time=lambda: time.time() + 3600)
    monkeypatch.setattr(stagekit, "time", later)
    answer = app_send("auth/code/request", {"email": reader.email})
    # The code has lapsed by now, so the app begins again.
    assert (answer.status_code, pending(answer)) == (401, [])
    assert "session_token" not in answer.json()["meta"]
