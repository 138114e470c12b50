"""The operator's log has every proof of identity, right or wrong, and no secrets."""

import json
import logging

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from accounts.actions import count_try
from accounts.states import Proof
from tests.support.people import PASSWORD, prove, signed_in

WRONG = "sovsem-ne-tot-parol"


@pytest.fixture
def lines(caplog):
    """Return the lines of the log of sign-ins, without what all lines have."""
    caplog.set_level(logging.INFO)

    def of(event):
        return [
            record.msg
            for record in caplog.records
            if isinstance(record.msg, dict) and record.msg.get("event") == event
        ]

    return of


def sign_in(reader, password=PASSWORD):
    browser = Client(REMOTE_ADDR="192.0.2.7")
    browser.post("/accounts/login/", {"login": reader.email, "password": password})
    return browser


def test_sign_in_is_logged_with_each_of_its_proofs(reader, lines):
    sign_in(reader)
    (proof,), (end,) = lines("authentication_succeeded"), lines("signed_in")
    assert (proof["method"], proof["account"], proof["again"]) == ("password", reader.pk, False)
    assert end["account"] == reader.pk
    for line in (proof, end):
        assert line["ip"] == "192.0.2.7"
        assert line["request_id"]
        assert line["timestamp"].endswith("Z")


def test_sign_out_is_logged(reader, lines):
    sign_in(reader).post("/accounts/logout/")
    assert [line["account"] for line in lines("signed_out")] == [reader.pk]


def test_fresh_proof_is_logged_as_one(reader, lines):
    browser = signed_in(reader)
    prove(browser, WRONG)
    prove(browser)
    assert len(lines("authentication_failed")) == 1
    assert [line["again"] for line in lines("authentication_succeeded")] == [True]


def test_wrong_proofs_are_logged_without_them(reader, lines):
    TOTP.activate(reader, generate_totp_secret())
    sign_in(reader, WRONG)
    halfway = sign_in(reader)
    halfway.post("/accounts/2fa/authenticate/", {"code": "000000"})
    code = Client()
    code.post("/accounts/login/code/", {"email": reader.email})
    code.post("/accounts/login/code/confirm/", {"code": "000000"})
    unknown = Client()
    unknown.post("/accounts/login/", {"login": "nobody@example.org", "password": WRONG})
    failed = lines("authentication_failed")
    assert [line["proof"] for line in failed] == [
        *("password", "second_factor", "sign_in_code", "password"),
    ]
    # Attempts on one address can be told from those on another.
    assert len({line["address"] for line in failed}) == 2
    for secret in (WRONG, PASSWORD, "000000", reader.email, "nobody@example.org"):
        assert secret not in json.dumps(failed, default=str)


def test_tries_beyond_the_limit_are_logged(reader, lines):
    for _ in range(100):
        count_try(proof=Proof.PASSWORD, email=reader.email, counted_by=reader.email)
    sign_in(reader)
    assert [line["proof"] for line in lines("authentication_refused")] == ["password"]
    assert not lines("signed_in")


@pytest.mark.parametrize(
    ("path", "code", "refusal"),
    [
        ("/desk/", 403, "not_permitted"),
        ("/api/v1/moderation/queue/", 403, "not_permitted"),
        ("/applications/1/", 404, "not_found"),
        ("/accounts/sign-on/?token=x", 400, "token_refused"),
    ],
)
def test_refused_requests_are_logged_with_who_where_and_why(reader, lines, path, code, refusal):
    assert signed_in(reader).get(path).status_code == code
    (line,) = lines("request_finished")
    assert (line["code"], line["refusal"], line["user_id"]) == (code, refusal, reader.pk)
    assert line["request"].startswith(f"GET {path.partition('?')[0]}")


def test_refusal_of_one_request_is_not_said_of_the_next(reader, lines):
    browser = signed_in(reader)
    browser.get("/desk/")
    browser.get("/accounts/profile/")
    assert "refusal" not in lines("request_finished")[-1]


@pytest.mark.parametrize(
    "path",
    [
        *("/accounts/sign-on/?token=SECRET&next=/", "/accounts/email/undo/?a=1&token=SECRET"),
        *("/accounts/password/reset/?email=SECRET", "/accounts/login/?next=/x/%3Ftoken=SECRET"),
        *("/notifications/unsubscribe/SECRET/", "/complaints/sent/SECRET/", "/v/SECRET/"),
        *(
            "/api/v1/verify/SECRET/",
            "/v/SECRET/document/",
            "/accounts/google/callback/?code=SECRET",
        ),
        "/accounts/oidc/oidc/login/callback/?state=SECRET&Code=SECRET",
    ],
)
def test_lines_show_no_secrets_of_urls(client, site, lines, path):
    client.get(path)
    assert lines("request_finished")
    assert "SECRET" not in json.dumps(lines("request_finished"), default=str)


def test_line_breaks_of_a_visitor_make_no_line(client, site, lines):
    client.get("/nowhere/%0A%7B%22event%22%3A%22signed_in%22%7D", headers={"X-Request-ID": "a\nb"})
    for line in lines("request_finished"):
        assert "\n" not in line["request"]
    assert not lines("signed_in")
