"""Coming from any OpenID Connect provider, over the network."""

import json
import os
import subprocess
import sys

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers import registry
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.conf import settings as django_settings
from django.test import Client
from django.urls import include, path

from accounts.models import User
from config.urls import urlpatterns as ours
from tests.support.openid import CLIENT_ID, SECRET, OpenIDProvider
from tests.support.people import PASSWORD, prove
from tests.support.serving import serving
from tests.support.strangers import OWNER, assert_fresh, assert_untouched

urlpatterns = [
    *ours,
    path("accounts/", include("allauth.socialaccount.providers.openid_connect.urls")),
]
SHOW_SETTINGS = """
import json
from config import settings
print(json.dumps(settings.SOCIALACCOUNT_PROVIDERS))
"""
NEXT = "/articles/kaluga/#comments"


@pytest.fixture(scope="module")
def elsewhere():
    with serving(OpenIDProvider()) as server:
        yield server


@pytest.fixture(scope="module")
def configured(elsewhere):
    """Return the settings that this environment produces."""
    environment = {
        "OIDC_ISSUER": elsewhere.issuer,
        "OIDC_CLIENT_ID": CLIENT_ID,
        "OIDC_CLIENT_SECRET": SECRET,
        "OIDC_NAME": "Институт",
    }
    shown = subprocess.check_output(
        [sys.executable, "-c", SHOW_SETTINGS],
        env=os.environ | environment,
        cwd=django_settings.BASE_DIR,
    )
    return json.loads(shown)


@pytest.fixture
def person(elsewhere, configured, settings, monkeypatch, site):
    settings.SOCIALACCOUNT_PROVIDERS = configured
    settings.ROOT_URLCONF = __name__
    registry.load()
    monkeypatch.setitem(registry.provider_map, OpenIDConnectProvider.id, OpenIDConnectProvider)
    claims = {"sub": "7", "name": "Анна", "email": "a@elsewhere.example", "email_verified": True}
    monkeypatch.setattr(elsewhere, "person", claims)
    return claims


def come(client, process="login"):
    """Sign in there; the page that they are sent back to."""
    leaving = client.post(f"/accounts/oidc/oidc/login/?process={process}&next={NEXT[:-9]}")
    back = requests.get(leaving["Location"], allow_redirects=False, timeout=10)
    return client.get(back.headers["Location"])


def register(client, email="a@elsewhere.example"):
    form = {"email": email, "display_name": "Анна из Калуги", "consent_personal-data": "on"}
    return client.post("/accounts/3rdparty/signup/", form)


def is_signed_in(client):
    return client.get("/api/v1/access/").status_code == 204


def test_a_new_person_chooses_the_name_and_is_known_the_next_time(person, client):
    assert come(client)["Location"] == "/accounts/3rdparty/signup/"
    page = client.get("/accounts/3rdparty/signup/").content.decode()
    assert "Институт" in page
    assert 'value="Анна"' in page
    assert not User.objects.exists()
    register(client)
    user = User.objects.get()
    assert (user.display_name, user.has_usable_password()) == ("Анна из Калуги", False)
    assert is_signed_in(client)
    another_browser = Client()
    assert come(another_browser)["Location"] == "/articles/kaluga/"
    assert another_browser.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize("claimed", ["theirs", "typed"])
def test_an_address_that_nobody_vouches_for_waits_for_the_code(person, client, claimed):
    person["email_verified"] = claimed == "typed"
    come(client)
    address = "typed@example.org" if claimed == "typed" else person["email"]
    assert register(client, address)["Location"] == "/accounts/confirm-email/"
    assert not EmailAddress.objects.get(email=address).verified
    assert not is_signed_in(client)


@pytest.mark.parametrize("verified", [True, False])
def test_an_account_is_not_taken_over_by_its_address(person, client, reader, verified):
    person |= {"email": reader.email, "email_verified": verified}
    come(client)
    register(client, reader.email)
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()
    assert User.objects.get() == reader


NOT_VERIFIED = [False, "true", "false", 1, None]


@pytest.mark.parametrize("verified", NOT_VERIFIED)
def test_only_a_plain_yes_confirms_an_address(person, client, verified):
    person["email_verified"] = verified
    come(client)
    assert register(client)["Location"] == "/accounts/confirm-email/"
    assert not EmailAddress.objects.get().verified
    assert not is_signed_in(client)


@pytest.mark.parametrize("typed", [OWNER, OWNER.upper()])
@pytest.mark.parametrize("known_there", [OWNER, OWNER.upper()])
def test_the_owner_begins_afresh_where_a_stranger_registered(
    person, client, intruder, typed, known_there
):
    person["email"] = known_there
    come(client)
    assert register(client, typed)["Location"] == NEXT[:-9]
    assert_fresh(client, intruder)
    assert User.objects.get(email=OWNER).display_name == "Анна из Калуги"
    assert SocialAccount.objects.get().uid == "7"


def test_the_owner_begins_afresh_by_an_app(person, client, intruder):
    """The app shows the provider in a browser, and registers through the headless API."""
    person["email"] = OWNER
    come(client)
    form = {"email": OWNER, "display_name": "Анна из Калуги", "consent_personal-data": True}
    url = "/_allauth/browser/v1/auth/provider/signup"
    entered = client.post(url, form, content_type="application/json")
    assert entered.status_code == 200
    assert_fresh(client, intruder)


@pytest.mark.parametrize("kind", ["browser", "app"])
def test_a_token_that_no_sign_in_of_ours_has_led_to_opens_nothing(person, elsewhere, site, kind):
    """An attacker who has a person's token could send it otherwise (RFC 9700, 4.5)."""
    token = {"client_id": CLIENT_ID, "id_token": elsewhere.id_token()}
    data = {"provider": "oidc", "process": "login", "token": token}
    url = f"/_allauth/{kind}/v1/auth/provider/token"
    browser = Client()
    assert browser.post(url, data, content_type="application/json").status_code == 404
    assert not is_signed_in(browser)
    assert not User.objects.exists()


def test_the_stranger_s_browser_can_do_nothing_more_with_the_registration(person, client, stranger):
    person["email"] = OWNER
    come(client)
    register(client, OWNER)
    change = {"action": "change", "email": "evil@example.org"}
    stranger.post("/accounts/confirm-email/", change)
    json = {"content_type": "application/json"}
    address = "/_allauth/browser/v1/account/email"
    assert stranger.post(address, {"email": "evil@example.org"}, **json).status_code == 409
    assert [address.email for address in EmailAddress.objects.all()] == [OWNER]
    assert not User.objects.filter(email="evil@example.org").exists()


@pytest.mark.parametrize("verified", NOT_VERIFIED)
def test_an_unproved_address_does_not_touch_a_stranger_s_registration(
    person, client, stranger, verified
):
    person |= {"email": OWNER, "email_verified": verified}
    come(client)
    assert register(client, OWNER)["Location"] == "/accounts/confirm-email/"
    assert_untouched(client)


def test_a_proof_of_one_address_does_not_open_another(person, client, stranger):
    come(client)
    assert register(client, OWNER)["Location"] == "/accounts/confirm-email/"
    assert_untouched(client)


def test_a_second_address_of_another_account_does_not_catch_the_owner(person, client, reader):
    EmailAddress.objects.create(user=reader, email=OWNER)
    person["email"] = OWNER
    come(client)
    register(client, OWNER)
    user = User.objects.get(email=OWNER)
    assert client.session["_auth_user_id"] == str(user.pk) != str(reader.pk)
    assert EmailAddress.objects.get(email=OWNER).user == user
    assert EmailAddress.objects.get(user=reader).email == reader.email


def test_an_account_made_for_the_staff_is_kept(person, client):
    """`createsuperuser` confirms no address."""
    made = User.objects.create_superuser(email=OWNER, password=PASSWORD, display_name="Павла")
    person["email"] = OWNER
    come(client)
    assert register(client, OWNER)["Location"] == "/accounts/confirm-email/"
    made.refresh_from_db()
    assert (made.email, made.is_active) == (OWNER, True)
    assert not is_signed_in(client)


def test_the_owner_ties_an_account_and_comes_by_it(person, as_reader, reader):
    person |= {"email": reader.email, "email_verified": False}
    prove(as_reader)
    come(as_reader, process="connect")
    assert SocialAccount.objects.get().user == reader
    another_browser = Client()
    come(another_browser)
    assert another_browser.session["_auth_user_id"] == str(reader.pk)


def test_an_answer_works_once_and_only_in_the_browser_that_asked(person, client):
    leaving = client.post("/accounts/oidc/oidc/login/?process=login")
    back = requests.get(leaving["Location"], allow_redirects=False, timeout=10).headers["Location"]
    stranger = Client()
    assert "не подтвердил" in stranger.get(back).content.decode()
    assert client.get(back)["Location"] == "/accounts/3rdparty/signup/"
    assert "не подтвердил" in client.get(back).content.decode()


@pytest.mark.parametrize("named", ["https://id.example.org", "/", None])
def test_a_provider_that_names_another_issuer_is_not_believed(
    person, client, elsewhere, monkeypatch, named
):
    leaving = client.post("/accounts/oidc/oidc/login/?process=login")
    back = requests.get(leaving["Location"], allow_redirects=False, timeout=10).headers["Location"]
    named = f"{elsewhere.issuer}/" if named == "/" else named
    monkeypatch.setattr(elsewhere, "named_issuer", named)
    assert "не подтвердил" in client.get(back).content.decode()
    refused = Client().post("/accounts/oidc/oidc/login/?process=login")
    assert "не подтвердил" in refused.content.decode()
    assert not is_signed_in(client)
    assert not User.objects.exists()


def test_the_issuer_may_be_given_with_the_address_of_its_metadata(configured, elsewhere):
    (app,) = configured["openid_connect"]["APPS"]
    address = f"{elsewhere.issuer}/.well-known/openid-configuration"
    assert app["settings"] == {"server_url": address, "issuer": elsewhere.issuer}
    shown = subprocess.check_output(
        [sys.executable, "-c", SHOW_SETTINGS],
        env=os.environ
        | {"OIDC_ISSUER": address, "OIDC_CLIENT_ID": CLIENT_ID, "OIDC_CLIENT_SECRET": SECRET},
        cwd=django_settings.BASE_DIR,
    )
    (app,) = json.loads(shown)["openid_connect"]["APPS"]
    assert app["settings"] == {"server_url": address, "issuer": elsewhere.issuer}


@pytest.mark.parametrize("answered", [(503, b""), (200, b"<html>"), (200, b"[]"), None])
def test_a_provider_whose_metadata_cannot_be_read_refuses_in_words(
    person, elsewhere, monkeypatch, answered
):
    if answered is None:
        monkeypatch.setattr(requests.Session, "request", _unreachable)
    else:
        monkeypatch.setattr(elsewhere, "broken_metadata", answered)
    refused = Client().post("/accounts/oidc/oidc/login/?process=login")
    assert refused.status_code == 401
    assert "не подтвердил" in refused.content.decode()


def _unreachable(*_arguments, **_options):
    raise requests.ConnectionError
