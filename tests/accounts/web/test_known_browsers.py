"""A stranger's failures never keep the owner out of a browser that the account knows."""

import pytest
from django.core import mail
from django.test import Client

from accounts.actions import register_person
from accounts.web.known_browsers import COOKIE
from tests.support.people import PASSWORD

WRONG = "sovsem-ne-tot-parol"
ATTEMPTS = 5


def sign_in(browser, email, password=PASSWORD, **more):
    return browser.post("/accounts/login/", {"login": email, "password": password}, **more)


def is_signed_in(browser):
    return browser.get("/api/v1/access/").status_code == 204


@pytest.fixture
def owner(reader):
    """The owner's browser: signed in once and signed out."""
    browser = Client()
    sign_in(browser, reader.email)
    browser.post("/accounts/logout/")
    assert not is_signed_in(browser)
    return browser


@pytest.fixture
def locked(reader, owner):
    """A stranger has typed so many wrong passwords that the address is closed to strangers."""
    for _ in range(ATTEMPTS):
        sign_in(Client(), reader.email, WRONG, REMOTE_ADDR="198.51.100.7")


def test_owner_signs_in_where_they_did_before(reader, owner, locked):
    sign_in(owner, reader.email)
    assert is_signed_in(owner)


@pytest.mark.parametrize("address", ["127.0.0.1", "198.51.100.8"])
def test_stranger_with_the_right_password_waits(reader, locked, address):
    stranger = Client()
    answer = sign_in(stranger, reader.email, REMOTE_ADDR=address)
    assert "Слишком много попыток" in answer.content.decode()
    assert not is_signed_in(stranger)


def test_known_browser_has_its_own_limit(reader, owner):
    for _ in range(ATTEMPTS):
        sign_in(owner, reader.email, WRONG)
    assert "Слишком много попыток" in sign_in(owner, reader.email).content.decode()
    other = Client()
    sign_in(other, reader.email)
    assert is_signed_in(other)


def test_browser_of_one_account_is_a_stranger_to_another(reader, owner, locked):
    mine = register_person(email="zoja@example.org", password=PASSWORD, display_name="Зоя")
    thief = Client()
    sign_in(thief, mine.email)
    thief.post("/accounts/logout/")
    assert "Слишком много попыток" in sign_in(thief, reader.email).content.decode()


def test_browser_of_two_accounts_is_known_to_both(reader, owner, locked):
    second = register_person(email="zoja@example.org", password=PASSWORD, display_name="Зоя")
    sign_in(owner, second.email)
    owner.post("/accounts/logout/")
    sign_in(owner, reader.email)
    assert is_signed_in(owner)


def test_changed_cookie_is_no_proof(reader, owner, locked):
    owner.cookies[COOKIE] = owner.cookies[COOKIE].value[:-3] + "aaa"
    assert "Слишком много попыток" in sign_in(owner, reader.email).content.decode()


def test_cookie_names_nobody_and_is_closed_to_scripts(reader, owner):
    cookie = owner.cookies[COOKIE]
    assert "anna" not in cookie.value
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_stranger_cannot_use_up_the_owner_s_codes(reader, owner, deliver):
    for _ in range(3):
        Client().post("/accounts/login/code/", {"email": reader.email})
    refused = Client().post("/accounts/login/code/", {"email": reader.email})
    assert "Слишком много попыток" in refused.content.decode()
    deliver()
    sent = len(mail.outbox)
    answer = owner.post("/accounts/login/code/", {"email": reader.email})
    assert answer["Location"] == "/accounts/login/code/confirm/"
    deliver()
    assert len(mail.outbox) == sent + 1


def test_stranger_cannot_use_up_the_owner_s_resets(reader, owner, client):
    for _ in range(5):
        client.post("/accounts/password/reset/", {"email": reader.email})
    refused = client.post("/accounts/password/reset/", {"email": reader.email})
    assert refused.status_code == 429
    assert 'name="email"' in refused.content.decode()
    assert reader.email in refused.content.decode()
    assert owner.post("/accounts/password/reset/", {"email": reader.email}).status_code == 302


def test_code_sent_a_moment_ago_is_named_as_the_reason(client, site):
    data = {"email": "vera@example.org", "password1": PASSWORD, "display_name": "Вера"}
    client.post("/accounts/signup/", data)
    elsewhere = Client()
    page = sign_in(elsewhere, "vera@example.org").content.decode()
    assert "Мы только что отправили код на этот адрес" in page
    assert "Слишком много попыток" not in page
    answer = elsewhere.post(
        "/_allauth/browser/v1/auth/login",
        {"email": "vera@example.org", "password": PASSWORD},
        content_type="application/json",
    )
    assert "Мы только что отправили код" in answer.json()["errors"][0]["message"]
