"""The owner of a former address undoes its change and takes the account back."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.core import mail, signing
from django.test import Client

from accounts.actions import addresses, register_person
from accounts.models import AccountEvent, User
from tests.support.people import PASSWORD, prove

OWNER = "anna@example.org"
EVIL = "evil@example.org"


def change_address(browser, code_in_email, to):
    prove(browser)
    browser.post("/accounts/email/", {"email": to, "action_add": ""})
    browser.post("/accounts/confirm-email/", {"code": code_in_email(to)})


@pytest.fixture
def intruder(reader, code_in_email):
    """Signed in as the reader, with the account's address changed to their own."""
    browser = Client()
    browser.post("/accounts/login/", {"login": OWNER, "password": PASSWORD})
    change_address(browser, code_in_email, EVIL)
    assert User.objects.get().email == EVIL
    return browser


@pytest.fixture
def link(intruder, deliver):
    """The path of the link in the notice, which went to the former address alone."""
    deliver()
    [message] = [message for message in mail.outbox if "email/undo" in message.body]
    assert message.to == [OWNER]
    url = urlsplit(re.search(r"https?://\S+/accounts/email/undo/\S+", message.body)[0])
    return f"{url.path}?{url.query}"


def undo(link, browser=None):
    token = parse_qs(urlsplit(link).query)["token"][0]
    return (browser or Client()).post("/accounts/email/undo/", {"token": token})


def is_signed_in(browser):
    return browser.get("/api/v1/access/").status_code == 204


def test_link_asks_and_changes_nothing_by_itself(client, link):
    for method in (client.get, client.head):
        assert method(link).status_code == 200
    page = client.get(link).content.decode()
    assert f"<strong>{OWNER}</strong>" in page
    assert EVIL not in page
    assert User.objects.get().email == EVIL


def test_owner_gets_the_account_back(client, reader, intruder, link, code_in_email):
    assert is_signed_in(intruder)
    answer = undo(link, client)
    assert answer["Location"] == "/accounts/password/reset/?email=anna%40example.org"
    reader.refresh_from_db()
    assert (reader.email, reader.has_usable_password()) == (OWNER, False)
    address = EmailAddress.objects.get()
    assert (address.email, address.verified, address.primary) == (OWNER, True, True)
    assert not is_signed_in(intruder)
    assert not UserSession.objects.exists()
    page = client.get(answer["Location"]).content.decode()
    assert "Адрес возвращён" in page
    assert f'value="{OWNER}"' in page
    # The way that the page offers leads to a new password.
    client.post("/accounts/password/reset/", {"email": OWNER})
    client.post("/accounts/password/reset/confirm/", {"code": code_in_email(OWNER)})
    assert reader.events.last().action == AccountEvent.Action.EMAIL_RETURNED


def test_intruder_is_told_and_cannot_undo_it(reader, link, deliver):
    undo(link)
    deliver()
    told = mail.outbox[-1]
    assert told.to == [EVIL]
    assert f"снова {OWNER}" in told.subject
    assert "/accounts/email/undo/" not in told.body


def test_ways_in_that_were_added_since_are_removed(reader, intruder, link):
    before = Authenticator.objects.create(user=reader, type="totp", data={})
    Authenticator.objects.filter(pk=before.pk).update(created_at="2020-01-01T00:00Z")
    Authenticator.objects.create(user=reader, type="webauthn", data={})
    SocialAccount.objects.create(user=reader, provider="vk", uid="intruder")
    undo(link)
    assert [one.pk for one in Authenticator.objects.all()] == [before.pk]
    assert not SocialAccount.objects.exists()


def test_link_works_after_further_changes_and_once(intruder, link, code_in_email):
    change_address(intruder, code_in_email, "third@example.org")
    undo(link)
    assert User.objects.get().email == OWNER
    again = undo(link)
    assert again.status_code == 409
    assert "Ссылкой уже воспользовались" in again.content.decode()


def test_registration_begun_as_an_obstacle_gives_way(intruder, link):
    data = {"email": OWNER, "password1": PASSWORD, "display_name": "Помеха"}
    Client().post("/accounts/signup/", data)
    assert User.objects.filter(email=OWNER).exists()
    undo(link)
    assert User.objects.get(email=OWNER).display_name == "Анна К."


def test_confirmed_account_of_the_address_stays(intruder, link):
    register_person(email=OWNER, password=PASSWORD, display_name="Новая Анна")
    refused = undo(link)
    assert refused.status_code == 409
    assert "Напишите в редакцию" in refused.content.decode()
    assert User.objects.get(email=OWNER).display_name == "Новая Анна"


@pytest.mark.parametrize("break_it", ["cut", "other", "late", "none"])
def test_broken_links_open_nothing(client, reader, link, monkeypatch, break_it):
    if break_it == "cut":
        link = link[:-5]
    elif break_it == "other":
        link = f"/accounts/email/undo/?token={signing.dumps({'change': 1, 'former': OWNER})}"
    elif break_it == "none":
        link = "/accounts/email/undo/"
    else:
        monkeypatch.setattr(addresses, "UNDO_LASTS", timedelta(seconds=-1))
    assert client.get(link).status_code == 409
    token = parse_qs(urlsplit(link).query).get("token", [""])[0]
    assert client.post("/accounts/email/undo/", {"token": token}).status_code == 409
    assert User.objects.get().email == EVIL


def test_erased_account_is_not_revived(reader, link):
    User.objects.update(is_active=False)
    assert undo(link).status_code == 409
    assert User.objects.get().email == EVIL
