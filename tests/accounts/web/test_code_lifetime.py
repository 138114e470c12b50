"""A code that was e-mailed opens nothing after ten minutes."""

import pytest
from django.test import Client

from tests.support.people import PASSWORD, prove, signed_in

OWNER = "anna@example.org"


def begun(path, data):
    client = Client()
    client.post(path, data)
    return client


def changing_address(reader):
    client = signed_in(reader)
    prove(client)
    client.post("/accounts/email/", {"action_add": "", "email": "vera@example.org"})
    return client


REGISTRATION = {"email": "vera@example.org", "password1": PASSWORD, "display_name": "Вера"}
# How to come to the page that asks for the code, its path, and who gets the e-mail.
CODES = {
    "to sign in": (
        lambda reader: begun("/accounts/login/code/", {"email": reader.email}),
        *("/accounts/login/code/confirm/", OWNER),
    ),
    "for a new password": (
        lambda reader: begun("/accounts/password/reset/", {"email": reader.email}),
        *("/accounts/password/reset/confirm/", OWNER),
    ),
    "of a registration": (
        lambda _reader: begun("/accounts/signup/", REGISTRATION),
        *("/accounts/confirm-email/", "vera@example.org"),
    ),
    "of a change of the address": (
        changing_address,
        *("/accounts/confirm-email/", "vera@example.org"),
    ),
}


def aged(value, seconds):
    """Return what a session holds as if it had been stored earlier."""
    if isinstance(value, dict):
        return {
            name: of - seconds if name == "at" else aged(of, seconds) for name, of in value.items()
        }
    return [aged(of, seconds) for of in value] if isinstance(value, list) else value


def grow_old(browser, seconds):
    session = browser.session
    for name, value in list(session.items()):
        session[name] = aged(value, seconds)
    session.save()


@pytest.mark.parametrize(("age", "counts"), [(9 * 60, True), (10 * 60 + 1, False)])
@pytest.mark.parametrize("name", CODES)
def test_code_counts_for_ten_minutes(reader, code_in_email, name, age, counts):
    begin, path, to = CODES[name]
    browser = begin(reader)
    code = code_in_email(to)
    grow_old(browser, age)
    answer = browser.post(path, {"code": code})
    leads_on = answer.status_code == 302 and answer["Location"] not in {
        *("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"),
        *("/accounts/login/code/", "/accounts/email/"),
    }
    assert leads_on == counts, (answer.status_code, answer.headers.get("Location"))
    if name in {"to sign in", "of a registration"}:
        assert (browser.get("/accounts/profile/").status_code == 200) == counts


def test_code_belongs_to_the_browser_that_asked_for_it(reader, code_in_email):
    asked = begun("/accounts/login/code/", {"email": reader.email})
    code = code_in_email(OWNER)
    other = begun("/accounts/login/code/", {"email": "nobody@example.org"})
    other.post("/accounts/login/code/confirm/", {"code": code})
    assert other.get("/accounts/profile/").status_code == 302
    asked.post("/accounts/login/code/confirm/", {"code": code})
    assert asked.get("/accounts/profile/").status_code == 200
