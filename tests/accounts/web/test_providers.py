"""Providers that the environment switches on, and being one ourselves."""

import os
import re
import subprocess
import sys
from urllib.parse import urlencode

import pytest
from allauth.idp.oidc.models import Client as OIDCClient
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from django.conf import settings
from django.test import Client
from django.urls import include, path

from accounts.actions import register_person
from config.urls import urlpatterns as ours
from tests.support.people import PASSWORD

urlpatterns = [*ours, path("", include("allauth.idp.urls"))]
SHOW_PROVIDERS = """
import django; django.setup()
from allauth.socialaccount.adapter import get_adapter
from django.conf import settings
print([app for app in settings.INSTALLED_APPS if ".providers." in app])
"""
FORM = "application/x-www-form-urlencoded"
OIDC = {
    "OIDC_ISSUER": "https://id.example.org",
    "OIDC_CLIENT_ID": "otklik",
    "OIDC_CLIENT_SECRET": "secret",
}


def start(**environment):
    return subprocess.run(
        [sys.executable, "-c", SHOW_PROVIDERS],
        env=os.environ | environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


def test_no_provider_is_there_without_a_configuration():
    assert start().stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("environment", "app"),
    [
        ({"VK_CLIENT": "1:secret"}, "vk"),
        ({"YANDEX_CLIENT": "1:secret"}, "yandex"),
        ({"GOOGLE_CLIENT": "1:secret"}, "google"),
        (OIDC, "openid_connect"),
    ],
)
def test_a_provider_is_there_once_it_is_configured(environment, app):
    started = start(**environment)
    assert started.stdout.strip() == f"['allauth.socialaccount.providers.{app}']"


def test_half_a_configuration_stops_the_start():
    stopped = start(OIDC_ISSUER="https://id.example.org")
    assert stopped.returncode != 0
    assert "OIDC_CLIENT_ID is not set" in stopped.stderr


@pytest.fixture
def provider(settings):
    key = generate_private_key(public_exponent=65537, key_size=2048)
    settings.IDP_OIDC_PRIVATE_KEY = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    settings.ROOT_URLCONF = __name__


def test_another_site_learns_who_somebody_is_only_when_they_allow_it(provider, site):
    user = register_person(email="a@example.org", password=PASSWORD, display_name="Анна")
    other = OIDCClient(name="Архив", default_scopes="openid\nemail", scopes="openid\nemail")
    other.redirect_uris = "https://archive.example.org/back"
    other.grant_types, other.response_types = "authorization_code", "code"
    other.set_secret("secret")
    other.save()
    browser = Client()
    browser.force_login(user)
    query = {
        "client_id": other.id,
        "response_type": "code",
        "redirect_uri": "https://archive.example.org/back",
        "scope": "openid email",
        "state": "s",
    }
    page = browser.get("/identity/o/authorize", query).content.decode()
    assert "<strong>Архив</strong> спрашивает, кто вы" in page.replace("Сайт ", "")
    data = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    allowed = browser.post(
        "/identity/o/authorize", data | {"action": "grant", "scopes": ["openid", "email"]}
    )
    code = re.search(r"[?&]code=([^&]+)", allowed["Location"])[1]
    token = (
        Client()
        .post(
            "/identity/o/api/token",
            {
                "grant_type": "authorization_code",
                "code": code,
                "client_id": other.id,
                "client_secret": "secret",
                "redirect_uri": query["redirect_uri"],
            },
        )
        .json()
    )
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    userinfo = Client().get("/identity/o/api/userinfo", headers=headers).json()
    assert userinfo["email"] == "a@example.org"


def test_the_form_that_allows_it_may_lead_to_the_other_site(provider, as_reader):
    """Chromium holds `form-action` against where the answer to a form redirects to."""
    page = as_reader.get("/identity/o/authorize", {"client_id": "unknown"})
    assert "form-action" not in page["Content-Security-Policy"]
    assert "form-action 'self'" in as_reader.get("/accounts/email/")["Content-Security-Policy"]


@pytest.fixture
def television(provider, site):
    client = OIDCClient(name="Телевизор", scopes="openid\nemail", default_scopes="openid\nemail")
    client.type, client.grant_types = OIDCClient.Type.PUBLIC, OIDCClient.GrantType.DEVICE_CODE
    client.save()
    return client


def ask_for_code(television):
    form = urlencode({"client_id": television.id, "scope": "openid email"})
    answer = Client().post("/identity/o/api/device/code", form, content_type=FORM)
    return answer.json()


def poll(television, shown):
    return Client().post(
        "/identity/o/api/token",
        {
            "grant_type": OIDCClient.GrantType.DEVICE_CODE,
            "client_id": television.id,
            "device_code": shown["device_code"],
        },
    )


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("ru", ["Введите код, который", "Приложение <strong>Телевизор</strong> войдёт", "закрыть"]),
        ("en", ["Enter the code that", "<strong>Телевизор</strong> will be signed in", "close"]),
    ],
)
def test_a_device_is_signed_in_by_the_code_it_shows(television, as_reader, language, sentences):
    shown = ask_for_code(television)
    assert poll(television, shown).json()["error"] == "authorization_pending"
    question, confirmation, end = sentences
    here = {"headers": {"Accept-Language": language}}
    assert question in as_reader.get("/identity/o/device", **here).content.decode()
    address = f"/identity/o/device?code={shown['user_code']}"
    page = as_reader.get(address, **here).content.decode()
    assert confirmation in page
    assert f'<p class="lead">{shown["user_code"]}</p>' in page
    assert end in as_reader.post(address, {"action": "confirm"}, **here).content.decode()


def test_a_device_that_is_refused_learns_nothing(television, as_reader):
    shown = ask_for_code(television)
    address = f"/identity/o/device?code={shown['user_code']}"
    refused = as_reader.post(address, {"action": "deny"}).content.decode()
    assert "Вход на устройстве не выполнен" in refused
    assert poll(television, shown).json() == {"error": "access_denied"}


def test_a_stranger_and_a_wrong_code_allow_no_device(television, as_reader):
    shown = ask_for_code(television)
    stranger = Client().post(f"/identity/o/device?code={shown['user_code']}", {"action": "confirm"})
    assert stranger["Location"].startswith("/accounts/login/?next=/identity/o/device")
    wrong = as_reader.post("/identity/o/device?code=000000", {"action": "confirm"})
    assert "Код неверный" in wrong.content.decode()
    assert poll(television, shown).json()["error"] == "authorization_pending"
