"""Coming from VK ID, Yandex and Google, over the network."""

import json
import os
import re
import subprocess
import sys

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers import registry
from allauth.socialaccount.providers.google.provider import GoogleProvider
from allauth.socialaccount.providers.google.views import GoogleOAuth2Adapter
from allauth.socialaccount.providers.vk.provider import VKProvider
from allauth.socialaccount.providers.vk.views import VKOAuth2Adapter
from allauth.socialaccount.providers.yandex.provider import YandexProvider
from allauth.socialaccount.providers.yandex.views import YandexOAuth2Adapter
from django.conf import settings as django_settings
from django.core import mail
from django.test import Client
from django.urls import include, path

from accounts.actions import register_person
from accounts.models import HeldName, User
from config.urls import urlpatterns as ours
from tests.support.oauth import ANNA, CLIENT_ID, SECRET, VK, Google, Yandex
from tests.support.parallel import in_parallel
from tests.support.people import PASSWORD, prove
from tests.support.serving import serving
from tests.support.strangers import OWNER, assert_fresh, assert_untouched

urlpatterns = [
    *ours,
    *(
        path("accounts/", include(f"allauth.socialaccount.providers.{name}.urls"))
        for name in ("vk", "yandex", "google")
    ),
]
SHOW_SETTINGS = """
import json
from config import settings
print(json.dumps(settings.SOCIALACCOUNT_PROVIDERS))
"""
NEXT = "/articles/kaluga/"
SIGNUP = "/accounts/3rdparty/signup/"
PARTS = {
    "vk": (VK, VKProvider, VKOAuth2Adapter),
    "yandex": (Yandex, YandexProvider, YandexOAuth2Adapter),
    "google": (Google, GoogleProvider, GoogleOAuth2Adapter),
}


@pytest.fixture(scope="module")
def configured():
    """Return the settings that this environment produces."""
    pair = f"{CLIENT_ID}:{SECRET}"
    shown = subprocess.check_output(
        [sys.executable, "-c", SHOW_SETTINGS],
        env=os.environ | {"VK_CLIENT": pair, "YANDEX_CLIENT": pair, "GOOGLE_CLIENT": pair},
        cwd=django_settings.BASE_DIR,
    )
    return json.loads(shown)


@pytest.fixture(params=list(PARTS))
def name(request):
    return request.param


@pytest.fixture
def provider(name, configured, settings, monkeypatch, site):
    """One of the three, with Anna at its door; `address(email)` gives her one there."""
    server, provider_class, adapter = PARTS[name]
    settings.SOCIALACCOUNT_PROVIDERS = configured
    settings.ROOT_URLCONF = __name__
    registry.load()
    monkeypatch.setitem(registry.provider_map, name, provider_class)
    with serving(server()) as started:
        monkeypatch.setattr(adapter, "authorize_url", started.url + server.authorize_path)
        monkeypatch.setattr(adapter, "access_token_url", started.url + server.token_path)
        if name != "google":
            monkeypatch.setattr(adapter, "profile_url", started.url + server.person_path)
        started.person = dict(ANNA[name])
        yield started


def has_address(provider, email):
    """Yandex and Google verify the e-mail address; VK ID passes on an unverified one."""
    provider.person |= {
        VK: {"email": email},
        Yandex: {"default_email": email, "emails": [email]},
        Google: {"email": email, "email_verified": True},
    }[type(provider)]


def come(client, name, process="login"):
    """Sign in there; the page that they are sent back to."""
    leaving = client.post(f"/accounts/{name}/login/?process={process}&next={NEXT}")
    back = requests.get(leaving["Location"], allow_redirects=False, timeout=10)
    return client.get(back.headers["Location"])


def register(client, email="anna@elsewhere.example", name="Анна из Калуги"):
    form = {"email": email, "display_name": name, "consent_personal-data": "on"}
    return client.post(SIGNUP, form)


def is_signed_in(client):
    return client.get("/api/v1/access/").status_code == 204


def test_a_new_person_chooses_the_name_and_is_known_the_next_time(
    provider, name, client, code_in_email
):
    has_address(provider, "anna@elsewhere.example")
    assert come(client, name)["Location"] == SIGNUP
    page = client.get(SIGNUP).content.decode()
    assert 'value="anna@elsewhere.example"' in page
    assert 'value="Анна' in page
    answer = register(client)
    if name == "vk":
        assert answer["Location"] == "/accounts/confirm-email/"
        code = code_in_email("anna@elsewhere.example")
        answer = client.post("/accounts/confirm-email/", {"code": code})
    assert answer["Location"] == NEXT
    another_browser = Client()
    assert come(another_browser, name)["Location"] == NEXT
    assert is_signed_in(another_browser)
    assert User.objects.get().display_name == "Анна из Калуги"


def test_without_an_address_there_the_person_types_one_and_confirms_it(
    provider, name, client, code_in_email
):
    assert come(client, name)["Location"] == SIGNUP
    assert "email" in register(client, email="").context["form"].errors
    assert register(client)["Location"] == "/accounts/confirm-email/"
    assert not is_signed_in(client)
    code = code_in_email("anna@elsewhere.example")
    assert client.post("/accounts/confirm-email/", {"code": code})["Location"] == NEXT
    assert EmailAddress.objects.get().verified


def test_an_account_is_not_taken_over_by_its_address(provider, name, client, reader, deliver):
    has_address(provider, reader.email)
    come(client, name)
    answer = register(client, reader.email)
    assert answer["Location"] == "/accounts/confirm-email/"
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()
    deliver()
    assert [message.subject for message in mail.outbox] == ["Вы уже зарегистрированы"]


def test_the_owner_begins_afresh_where_a_stranger_registered(provider, name, client, intruder):
    has_address(provider, OWNER)
    come(client, name)
    answer = register(client, OWNER)
    if name == "vk":
        assert answer["Location"] == "/accounts/confirm-email/"
        assert_untouched(client)
        return
    assert answer["Location"] == NEXT
    assert_fresh(client, intruder)
    assert SocialAccount.objects.get().provider == name


def test_a_typed_address_does_not_touch_a_stranger_s_registration(provider, name, client, stranger):
    come(client, name)
    assert register(client, OWNER)["Location"] == "/accounts/confirm-email/"
    assert_untouched(client)


def test_whoever_changes_their_mind_there_is_told_so_here(provider, name, client):
    provider.refuses = True
    answer = come(client, name)
    assert answer["Location"] == "/accounts/3rdparty/login/cancelled/"
    assert "Вход отменён" in client.get(answer["Location"]).content.decode()


def test_a_refused_code_opens_nothing_and_is_explained(provider, name, client):
    provider.breaks = True
    answer = come(client, name)
    assert answer.status_code == 401
    assert "не подтвердил" in answer.content.decode()
    assert client.get(SIGNUP)["Location"] == "/accounts/login/"


def test_an_answer_works_only_in_the_browser_that_asked(provider, name, client):
    leaving = client.post(f"/accounts/{name}/login/?process=login")
    back = requests.get(leaving["Location"], allow_redirects=False, timeout=10).headers["Location"]
    assert "не подтвердил" in Client().get(back).content.decode()
    assert client.get(back)["Location"] == SIGNUP


def test_the_owner_links_it_unlinks_it_and_is_emailed(provider, name, as_reader, reader, deliver):
    EmailAddress.objects.filter(user=reader).update(verified=True)
    prove(as_reader)
    come(as_reader, name, process="connect")
    tied = SocialAccount.objects.get(user=reader)
    as_reader.post("/accounts/3rdparty/", {"account": tied.pk})
    assert not SocialAccount.objects.exists()
    deliver()
    connected, disconnected = (message.subject for message in mail.outbox)
    assert connected.startswith("Подключён вход через ")
    assert disconnected == connected.replace("Подключён", "Отключён")


@pytest.fixture
def answer_to(provider, name):
    """Register with an address there is, and one there is not; what a stranger sees of each."""

    def walk(email, display_name):
        client, third = Client(), f"third-{len(display_name)}@example.org"
        come(client, name)
        provider.person |= {"user_id": email, "id": email, "sub": email}
        answers = [
            register(client, email, display_name),
            client.get("/accounts/confirm-email/"),
            client.post("/accounts/confirm-email/", {"code": "000000"}),
            client.post("/accounts/confirm-email/", {"action": "change", "email": third}),
            client.get("/accounts/confirm-email/"),
        ]
        words = [a.content.decode().split("<main")[-1].partition("</main>")[0] for a in answers]
        words = [text.replace(email, "ADDRESS").replace(third, "THIRD") for text in words]
        return [
            (a.status_code, a.get("Location"), _still(w))
            for a, w in zip(answers, words, strict=True)
        ]

    return walk


def _still(html):
    # The seconds until another code may be asked for depend on the clock.
    html = re.sub(r'data-wait="\d+"|через \d+ секунд\w?', "SECONDS", html)
    return "\n".join(line for line in html.splitlines() if "csrfmiddlewaretoken" not in line)


def test_a_known_address_is_answered_like_an_unknown_one(answer_to, reader):
    assert answer_to(reader.email, "Пётр") == answer_to("nobody@example.org", "Фёдор")
    assert HeldName.objects.count() == 0  # both have corrected the address, and have their names
    assert set(User.objects.values_list("display_name", flat=True)) == {
        reader.display_name,
        *("Пётр", "Фёдор"),
    }


def test_a_known_address_corrected_makes_the_account_and_its_tie(
    provider, name, client, reader, code_in_email
):
    come(client, name)
    register(client, reader.email)
    third = "anna@third.example"
    client.post("/accounts/confirm-email/", {"action": "change", "email": third})
    client.post("/accounts/confirm-email/", {"code": code_in_email(third)})
    assert is_signed_in(client)
    assert SocialAccount.objects.get().user.email == third


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["yandex"], indirect=True)
def test_of_two_registrations_of_one_person_there_one_makes_the_account(provider, name):
    browsers = [Client(), Client()]
    for browser in browsers:
        come(browser, name)
    answers = {}

    def act(number):
        answers[number] = register(
            browsers[number], f"p{number}@example.org", ["Анна", "Борис"][number]
        )

    assert not in_parallel(act, 2)
    assert sorted(answer.status_code for answer in answers.values()) == [200, 302]
    assert (User.objects.count(), SocialAccount.objects.count()) == (1, 1)
    refused = next(answer for answer in answers.values() if answer.status_code == 200)
    assert "только что зарегистрировались" in refused.content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["yandex"], indirect=True)
def test_a_name_and_an_address_lost_at_the_last_moment(provider, name, client, monkeypatch):
    """Another registration takes both between the check and the write."""
    come(client, name)
    taken = {"email": "p@example.org", "display_name": "Пётр"}

    def clean(form):
        cleaned = original(form)
        register_person(password=PASSWORD, **taken)
        return cleaned

    form = client.get(SIGNUP).context["form"].__class__
    original = form.clean
    monkeypatch.setattr(form, "clean", clean)
    page = register(client, "q@example.org", "Пётр")
    monkeypatch.setattr(form, "clean", original)
    assert list(page.context["form"].errors) == ["display_name"]
    assert 'value="q@example.org"' in page.content.decode()
    assert register(client, "p@example.org", "Павел")["Location"] == "/accounts/confirm-email/"
    assert User.objects.count() == 1
