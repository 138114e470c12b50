import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client

from accounts.models import ConsentText, LinkedPerson, SignOnKey, User
from tests.support.people import PASSWORD
from tests.support.strangers import OWNER, STRANGER_IP, STRANGER_NAME


@pytest.fixture
def consent(site):
    text = ConsentText(site=site, purpose="personal-data", version=1, is_required=True)
    text.label_ru, text.body_ru = "Согласен на обработку", "Текст"
    text.published_at = "2026-01-01T00:00Z"
    text.save()
    return text


@pytest.fixture
def stranger(site, consent):
    """Return a browser that registered with the owner's address without reading its mail."""
    browser = Client(REMOTE_ADDR=STRANGER_IP)
    data = {
        "email": OWNER,
        "password1": PASSWORD,
        "display_name": STRANGER_NAME,
        "consent_personal-data": "on",
    }
    assert browser.post("/accounts/signup/", data)["Location"] == "/accounts/confirm-email/"
    user = User.objects.get()
    # As if the stranger had come from elsewhere, or an import had made the account.
    SocialAccount.objects.create(user=user, provider="vk", uid="stranger")
    key = SignOnKey.objects.create(site=site, label="Портал", algorithm="HS256", key="x" * 40)
    LinkedPerson.objects.create(user=user, key=key, subject="stranger")
    # As if it were some time ago: allauth sends one code in ten seconds.
    cache.clear()
    return browser


@pytest.fixture
def intruder(stranger):
    """Return a browser in which the stranger is signed in, as no unconfirmed account should be."""
    browser = Client(REMOTE_ADDR=STRANGER_IP)
    browser.force_login(User.objects.get())
    assert browser.get("/api/v1/access/").status_code == 204
    return browser
