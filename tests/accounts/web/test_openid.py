"""Coming from any OpenID Connect provider, over the network."""

import json
import os
import subprocess
import sys
from threading import Thread

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
    with OpenIDProvider() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


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
    form = {"email": email, "display_name": "Анна из Калуги"}
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


def test_the_owner_ties_an_account_and_comes_by_it(person, as_reader, reader):
    person |= {"email": reader.email, "email_verified": False}
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
