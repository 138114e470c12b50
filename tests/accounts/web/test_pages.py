"""Every page of sign-in and of the account, in both languages."""

import re
from pathlib import Path

import allauth
import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from lxml import html

from tests.support.paths import ROOT
from tests.support.people import PASSWORD
from tests.support.roles import routes_of

ENTRANCE = ["login/", "signup/", "login/code/", "password/reset/", "inactive/"]
OWN = [
    *("email/", "password/change/", "sessions/", "logout/", "3rdparty/", "reauthenticate/"),
    *("2fa/", "2fa/totp/activate/", "2fa/totp/deactivate/", "2fa/webauthn/", "2fa/webauthn/add/"),
    *("2fa/recovery-codes/", "2fa/recovery-codes/generate/"),
]
NOT_WORDS = r"\S*@\S*|JavaScript|\b[A-Z2-7]{16,}\b|\b[0-9a-f]{4,8}\b|Mozilla\S*"


def words(response):
    """Return the visible text of <main>."""
    main = re.search(r"<main.*</main>", response.content.decode(), re.DOTALL)[0]
    return re.sub(r"<script.*?</script>|<[^>]*>", " ", main, flags=re.DOTALL)


@pytest.mark.parametrize("path", ENTRANCE)
def test_entrance_pages(client, site, path):
    russian = client.get(f"/accounts/{path}")
    english = client.get(f"/accounts/{path}", headers={"Accept-Language": "en"})
    assert (russian.status_code, english.status_code) == (200, 200)
    assert not re.search(r"[A-Za-z]{4,}", re.sub(NOT_WORDS, "", words(russian)))
    assert not re.search(r"[а-яё]{4,}", words(english), re.IGNORECASE)


@pytest.mark.parametrize("path", [*ENTRANCE, "3rdparty/login/error/"])
def test_entrance_pages_ignore_a_next_page_that_is_no_url(client, site, path):
    assert client.get(f"/accounts/{path}", {"next": "http://["}).status_code < 500


def test_page_of_a_closed_account_says_where_to_write(client, site):
    assert f"напишите на {site.complaints_email}." in words(client.get("/accounts/inactive/"))


def test_asking_too_often_is_answered_in_words(client, site):
    russian, english = [
        [
            client.post("/accounts/password/reset/", {"email": "a@example.org"}, headers=language)
            for _ in range(6)
        ][-1]
        for language in ({}, {"Accept-Language": "en"})
    ]
    assert (russian.status_code, english.status_code) == (429, 429)
    assert "Подождите минуту" in words(russian)
    assert "Wait a minute" in words(english)


@pytest.fixture
def signed_in(client, reader):
    """And confirmed to be the person, so that the pages about safety open."""
    client.post("/accounts/login/", {"login": reader.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.mark.parametrize("path", OWN)
def test_pages_of_the_account(signed_in, reader, path):
    if path != "2fa/totp/activate/":
        TOTP.activate(reader, generate_totp_secret())
        RecoveryCodes.activate(reader)
    russian = signed_in.get(f"/accounts/{path}")
    english = signed_in.get(f"/accounts/{path}", headers={"Accept-Language": "en"})
    assert (russian.status_code, english.status_code) == (200, 200)
    assert not re.search(r"[A-Za-z]{4,}", re.sub(NOT_WORDS, "", words(russian)))
    assert not re.search(r"[а-яё]{4,}", words(english), re.IGNORECASE)


ALLAUTH = str(Path(allauth.__file__).parent)
# A script, and the codes as a file: not a word in them.
WORDLESS = {"mfa/webauthn/snippets/login_script.html", "mfa/recovery_codes/download.txt"}
ADDRESSES = sorted(
    "/" + re.sub(r"<[^>]*>|\(\?P[^)]*\)", "1", route).strip("^$")
    for route in routes_of("allauth")
    if route.startswith("accounts/")
)


def pages_of_allauth(client):
    """Return the templates of allauth itself that each URL renders."""
    pages = {}
    for address in ADDRESSES:
        shown = client.get(address).templates or []
        strange = {part.name for part in shown if part.origin.name.startswith(ALLAUTH)} - WORDLESS
        if strange:
            pages[address] = strange
    return pages


def test_password_page_asks_for_the_new_one_and_helps_once_with_the_old(signed_in):
    page = words(signed_in.get("/accounts/password/change/"))
    assert "Новый пароль" in page
    assert page.count("Забыли пароль?") == 1


def test_no_page_is_left_in_allauth_s_words(client, reader):
    assert len(ADDRESSES) > 30
    assert pages_of_allauth(client) == {}
    client.post("/accounts/login/", {"login": reader.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert pages_of_allauth(client) == {}
    TOTP.activate(reader, generate_totp_secret())
    RecoveryCodes.activate(reader)
    assert pages_of_allauth(client) == {}


def test_every_email_of_allauth_has_our_template():
    sent_by_allauth = {
        path.name.removesuffix("_subject.txt")
        for path in Path(ALLAUTH).glob("templates/*/email/*_subject.txt")
    }
    # Sent only by settings that put a link where ours put a code.
    by_link = {"password_reset_key"}
    ours = {path.stem for path in (ROOT / "accounts/templates/accounts/emails").glob("*.html")}
    assert len(sent_by_allauth) > 10
    assert sent_by_allauth - by_link <= ours


WITH_PASSWORD = {
    "login/": {"password": "current-password"},
    "signup/": {"password1": "new-password"},
    "password/change/": {"oldpassword": "current-password", "password1": "new-password"},
    "reauthenticate/": {"password": "current-password"},
}


@pytest.mark.parametrize("path", WITH_PASSWORD)
def test_fields_of_passwords_are_masked_and_known_to_password_managers(
    client, as_reader, site, path
):
    browser = client if path in ENTRANCE else as_reader
    page = html.fromstring(browser.get(f"/accounts/{path}").content.decode())
    shown = {field.get("name"): field for field in page.xpath("//input[@type='password']")}
    assert WITH_PASSWORD[path].items() <= {
        (name, field.get("autocomplete")) for name, field in shown.items()
    }
    assert not any("maxlength" in field.attrib for field in shown.values())
    assert not page.xpath("//input[@type='text' and contains(@name, 'password')]")
