"""Providers that the environment switches on, and being one ourselves."""

import base64
import hashlib
import os
import re
import subprocess
import sys
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from allauth.idp.oidc import app_settings
from allauth.idp.oidc.models import Client as OIDCClient
from allauth.idp.oidc.models import Token
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from django.conf import settings
from django.test import Client
from django.urls import include, path
from django.utils import timezone

from config.urls import urlpatterns as ours
from tests.support.parallel import in_parallel
from tests.support.people import new_person

urlpatterns = [*ours, path("", include("accounts.web.other_sites_urls"))]
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


BACK = "https://archive.example.org/back"
VERIFIER = "v" * 64


def challenge_of(verifier):
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@pytest.fixture
def archive(provider, site):
    """Another site that people sign in to."""
    other = OIDCClient(name="Архив", default_scopes="openid\nemail", scopes="openid\nemail")
    other.redirect_uris = BACK
    other.grant_types, other.response_types = "authorization_code\nrefresh_token", "code"
    other.set_secret("secret")
    other.save()
    return other


@pytest.fixture
def query(archive):
    return {
        "client_id": archive.id,
        "response_type": "code",
        "redirect_uri": BACK,
        "scope": "openid email",
        "state": "s",
        "code_challenge": challenge_of(VERIFIER),
        "code_challenge_method": "S256",
    }


AUTHORIZE, TOKEN = "/identity/o/authorize", "/identity/o/api/token"


@pytest.fixture
def allow(as_reader, query):
    """Have a reader allow the site to ask who they are, and return the code."""

    def act():
        page = as_reader.get(AUTHORIZE, query).content.decode()
        data = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
        chosen = {"action": "grant", "scopes": ["openid", "email"]}
        answer = as_reader.post(AUTHORIZE, data | chosen)
        return re.search(r"[?&]code=([^&]+)", answer["Location"])[1]

    return act


@pytest.fixture
def exchange(archive):
    def act(code, **others):
        data = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": archive.id,
            "client_secret": "secret",
            "redirect_uri": BACK,
            "code_verifier": VERIFIER,
        }
        return Client().post(TOKEN, data | others)

    return act


@pytest.fixture
def refresh(archive):
    def act(token):
        data = {
            "grant_type": "refresh_token",
            "refresh_token": token,
            "client_id": archive.id,
            "client_secret": "secret",
        }
        return Client().post(TOKEN, data)

    return act


def who(token):
    headers = {"Authorization": f"Bearer {token}"}
    answer = Client().get("/identity/o/api/userinfo", headers=headers)
    return answer.json().get("email") if answer.status_code == 200 else None


def test_another_site_learns_who_somebody_is_only_when_they_allow_it(
    as_reader, query, allow, exchange
):
    page = as_reader.get(AUTHORIZE, query).content.decode()
    assert "<strong>Архив</strong> спрашивает, кто вы" in page.replace("Сайт ", "")
    assert who(exchange(allow()).json()["access_token"]) == "anna@example.org"


@pytest.mark.parametrize(
    "changed",
    [
        {"code_challenge": None},
        {"code_challenge_method": None},
        {"code_challenge_method": "plain", "code_challenge": VERIFIER},
        {"redirect_uri": BACK + "/"},
        {"redirect_uri": BACK + "?more=1"},
        {"redirect_uri": BACK + "#part"},
        {"redirect_uri": BACK.replace("https", "http")},
        {"redirect_uri": BACK.replace("archive", "ARCHIVE")},
        {"redirect_uri": BACK.replace(".org", ".org:443")},
        {"redirect_uri": BACK.replace(".org", ".org.evil.example")},
        {"redirect_uri": BACK.replace("archive.", "a@archive.")},
        {"redirect_uri": "https://evil.example/" + BACK},
        {"redirect_uri": BACK + "/../elsewhere"},
        {"redirect_uri": [BACK, "https://evil.example/"]},
        {"redirect_uri": ["https://evil.example/", BACK]},
        {"code_challenge_method": ["plain", "S256"]},
        {"redirect_uri": None},
        {"client_id": "unknown"},
    ],
    ids=str,
)
@pytest.mark.parametrize("prompt", ["", "none"])
def test_nothing_but_registered_addresses_and_pkce_is_taken(as_reader, query, changed, prompt):
    asked = {name: of for name, of in (query | changed).items() if of is not None}
    answer = as_reader.get(AUTHORIZE, asked | ({"prompt": prompt} if prompt else {}))
    assert "code=" not in answer.headers.get("Location", "")
    assert "evil" not in answer.headers.get("Location", "")
    assert 'name="request"' not in answer.content.decode()


@pytest.mark.parametrize("response_type", ["token", "id_token", "id_token token", "code token"])
def test_no_token_is_given_through_the_browser(as_reader, query, response_type):
    answer = as_reader.get(AUTHORIZE, query | {"response_type": response_type, "nonce": "n"})
    assert "token=" not in answer.headers.get("Location", "")
    assert 'name="request"' not in answer.content.decode()


@pytest.mark.parametrize(
    "changed",
    [
        {"code_verifier": "w" * 64},
        {"code_verifier": ""},
        {"client_secret": "wrong"},
        {"redirect_uri": BACK + "/"},
    ],
    ids=str,
)
def test_code_alone_is_no_token(allow, exchange, changed):
    assert exchange(allow(), **changed).status_code in {400, 401}


def test_codes_for_other_sites_live_a_minute():
    assert app_settings.AUTHORIZATION_CODE_EXPIRES_IN == 60


def test_code_that_is_used_again_ends_what_came_of_it(allow, exchange, refresh):
    code = allow()
    tokens = exchange(code).json()
    assert who(tokens["access_token"]) == "anna@example.org"
    assert exchange(code).json() == {"error": "invalid_grant"}
    assert who(tokens["access_token"]) is None
    assert refresh(tokens["refresh_token"]).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_of_uses_of_one_code_at_once_one_succeeds(allow, exchange):
    code = allow()
    answers = []
    in_parallel(lambda _number: answers.append(exchange(code).status_code), 8)
    assert sorted(answers) == [200, *[400] * 7]


def test_refresh_token_counts_once_and_its_chain_ends(allow, exchange, refresh):
    first = exchange(allow()).json()["refresh_token"]
    ends = timezone.now() + timedelta(days=3)
    Token.objects.filter(type=Token.Type.REFRESH_TOKEN).update(expires_at=ends)
    second = refresh(first).json()
    assert who(second["access_token"]) == "anna@example.org"
    assert refresh(first).status_code == 400
    refresh(second["refresh_token"])
    assert Token.objects.get(type=Token.Type.REFRESH_TOKEN).expires_at == ends
    Token.objects.filter(type=Token.Type.REFRESH_TOKEN).update(
        expires_at=timezone.now() - timedelta(seconds=1)
    )
    assert refresh(second["refresh_token"]).status_code == 400


def test_person_sees_the_sites_and_takes_the_permission_back(as_reader, allow, exchange, refresh):
    archive = OIDCClient.objects.get()
    tokens, others = exchange(allow()).json(), Client()
    stranger = new_person("b@example.org", "Борис")
    others.force_login(stranger)
    assert "Архив" in as_reader.get("/accounts/other-sites/").content.decode()
    assert "Архив" not in others.get("/accounts/other-sites/").content.decode()
    others.post("/accounts/other-sites/", {"client": archive.pk})
    assert who(tokens["access_token"])
    as_reader.post("/accounts/other-sites/", {"client": archive.pk})
    assert who(tokens["access_token"]) is None
    assert refresh(tokens["refresh_token"]).status_code == 400
    assert "Архив" not in as_reader.get("/accounts/other-sites/").content.decode()
    history = as_reader.get("/accounts/history/").content.decode()
    assert "Вы отозвали вход на другой сайт: Архив." in history


def test_closed_account_is_shown_to_no_site(reader, allow, exchange):
    token = exchange(allow()).json()["access_token"]
    reader.is_active = False
    reader.save()
    assert who(token) is None


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
