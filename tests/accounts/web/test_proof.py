"""A borrowed session changes no address, makes no copy of the data and erases nothing."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.actions import request_erasure, request_export
from accounts.models import DataExport, ErasureRequest, User
from accounts.permissions import FreshProof
from core.errors import NotPermitted
from core.models import Email
from tests.support.people import PASSWORD, new_person, prove, signed_in

NEW = "new@example.org"
EMAIL, EXPORT, ERASURE = "/accounts/email/", "/accounts/data/export/", "/accounts/data/erasure/"
AGAIN = "/accounts/reauthenticate/again/"
SENT = {
    EMAIL: {"email": NEW, "action_add": ""},
    EXPORT: {},
    ERASURE: {"comments": "remove"},
}
METHODS = "account_authentication_methods"


def done():
    """Return which of the acts have happened."""
    return {
        # The code for the new address.
        EMAIL: Email.objects.filter(to=NEW).exists(),
        EXPORT: DataExport.objects.exists(),
        ERASURE: ErasureRequest.objects.exists(),
    }


def only(path):
    return dict.fromkeys(SENT, False) | {path: True}


NOTHING = dict.fromkeys(SENT, False)


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def grow_old(browser):
    """Make the last proof of a session older than it may be."""
    session = browser.session
    session[METHODS] = [one | {"at": time.time() - 301} for one in session.get(METHODS, [])]
    session.save()


@pytest.mark.parametrize("path", SENT)
def test_the_act_waits_for_the_password_and_is_then_carried_out(as_reader, path):
    asked = as_reader.post(path, SENT[path])
    assert asked["Location"] == f"/accounts/reauthenticate/?next={path.replace('/', '%2F')}"
    assert done() == NOTHING
    as_reader.post(asked["Location"], {"password": "not the password"})
    assert done() == NOTHING
    as_reader.post(asked["Location"], {"password": PASSWORD})
    assert done() == only(path)


@pytest.mark.parametrize("path", SENT)
def test_a_proof_lasts_five_minutes(as_reader, path):
    prove(as_reader)
    grow_old(as_reader)
    as_reader.post(path, SENT[path])
    assert done() == NOTHING


@pytest.mark.parametrize("path", SENT)
def test_a_proof_given_before_the_clock_was_set_back_is_none(as_reader, path):
    prove(as_reader)
    session = as_reader.session
    session[METHODS] = [one | {"at": time.time() + 3600} for one in session[METHODS]]
    session.save()
    as_reader.post(path, SENT[path])
    assert done() == NOTHING
    prove(as_reader)
    as_reader.post(path, SENT[path])
    assert done() == only(path)


def test_the_file_with_the_data_is_given_to_a_proven_person(as_reader, deliver):
    prove(as_reader)
    as_reader.post(EXPORT)
    deliver()
    url = f"{EXPORT}{DataExport.objects.get().pk}/"
    assert as_reader.get(url).status_code == 200
    grow_old(as_reader)
    assert as_reader.get(url)["Location"].startswith("/accounts/reauthenticate/?next=")
    prove(as_reader)
    assert as_reader.get(url).status_code == 200


@pytest.mark.parametrize("client_kind", ["browser", "app"])
def test_the_api_asks_for_the_proof_too(reader, client_kind):
    url = f"/_allauth/{client_kind}/v1/"
    browser = signed_in(reader)
    headers = {"X-Session-Token": browser.session.session_key} if client_kind == "app" else {}
    if client_kind == "app":
        browser = Client()

    def send(end, data):
        return browser.post(url + end, data, content_type="application/json", headers=headers)

    refused = send("account/email", {"email": NEW})
    assert refused.status_code == 401
    assert "reauthenticate" in [flow["id"] for flow in refused.json()["data"]["flows"]]
    assert done() == NOTHING
    assert send("auth/reauthenticate", {"password": "wrong"}).status_code == 400
    assert send("account/email", {"email": NEW}).status_code == 401
    proved = send("auth/reauthenticate", {"password": PASSWORD})
    assert proved.status_code == 200
    if client_kind == "app":
        # The token of before ends with the proof.
        assert send("account/email", {"email": NEW}).status_code in {401, 410}
        headers["X-Session-Token"] = proved.json()["meta"]["session_token"]
    assert send("account/email", {"email": NEW}).status_code == 200
    assert done() == only(EMAIL)


@pytest.mark.parametrize("path", SENT)
def test_without_a_password_one_signs_in_again_and_nothing_sent_is_lost(
    passwordless, by_code, path
):
    browser = Client()
    by_code(browser)
    grow_old(browser)
    asked = browser.post(path, SENT[path])["Location"]
    assert asked.startswith(AGAIN)
    assert done() == NOTHING
    assert "войдите ещё раз" in browser.get(asked).content.decode()
    assert done() == NOTHING
    entrance = browser.post(asked)["Location"]
    assert "_auth_user_id" not in browser.session
    [then] = parse_qs(urlsplit(entrance).query)["next"]
    back = by_code(browser, then=then)["Location"]
    assert done() == NOTHING
    browser.get(back)
    assert done() == only(path)


def test_without_a_password_a_sign_in_just_before_is_the_proof(passwordless, by_code):
    browser = Client()
    by_code(browser)
    browser.post(EMAIL, SENT[EMAIL])
    assert done() == only(EMAIL)


def test_a_session_of_unknown_age_is_no_proof(passwordless):
    browser = signed_in(passwordless)
    assert browser.post(EXPORT)["Location"].startswith(AGAIN)
    assert done() == NOTHING


def test_the_next_person_at_the_browser_carries_nothing_on(passwordless, by_code, reader):
    browser = Client()
    by_code(browser)
    grow_old(browser)
    asked = browser.post(ERASURE, SENT[ERASURE])["Location"]
    browser.post(asked)
    browser.post("/accounts/login/", {"login": reader.email, "password": PASSWORD})
    for url in (asked, f"/accounts/reauthenticate/?next={ERASURE}"):
        browser.get(url)
        browser.post(url, {"password": PASSWORD})
    assert done() == NOTHING


def test_a_first_password_needs_the_proof(passwordless, by_code):
    browser = Client()
    by_code(browser)
    grow_old(browser)
    new = {"password1": PASSWORD, "password2": PASSWORD}
    for answer in (
        browser.get("/accounts/password/set/"),
        browser.post("/accounts/password/set/", new),
    ):
        assert answer["Location"].startswith(AGAIN)
    by_api = browser.post(
        "/_allauth/browser/v1/account/password/change",
        {"new_password": PASSWORD},
        content_type="application/json",
    )
    assert by_api.status_code == 401
    assert not User.objects.get(pk=passwordless.pk).has_usable_password()
    assert all(PASSWORD not in str(one.get_decoded()) for one in Session.objects.all())
    by_code(again := Client())
    again.post("/accounts/password/set/", new)
    assert User.objects.get(pk=passwordless.pk).has_usable_password()


def test_a_proof_is_of_one_person(reader):
    other = new_person("b@example.org", "Борис")
    with pytest.raises(NotPermitted):
        request_export(user=reader, proof=FreshProof(other.pk))
    with pytest.raises(NotPermitted):
        request_erasure(user=reader, comments="keep", proof=FreshProof(other.pk))
    assert done() == NOTHING
