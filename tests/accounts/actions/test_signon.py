"""Sign-on from an existing site: what a token opens, and what it must never open."""

import time
import uuid
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from accounts.actions import signon
from accounts.actions.signon import Arrival, TokenRefused, accept_token
from accounts.models import LinkedPerson, SignOnKey, UsedToken, User
from accounts.permissions import FreshProof
from core.errors import NotPermitted
from tests.support.parallel import in_parallel
from tests.support.people import PASSWORD, proven, signed_in

PRIVATE = Ed25519PrivateKey.generate()
PUBLIC = PRIVATE.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)
SECRET = "a shared secret of more than thirty-two bytes"


@pytest.fixture
def key(site):
    return SignOnKey.objects.create(
        site=site, label="Портал", algorithm="EdDSA", key=PUBLIC.decode(), vouches=True
    )


def token(key, signed_by=PRIVATE, algorithm="EdDSA", **changes):
    now = int(time.time())
    claims = {
        "aud": "otklik:vesti",
        "sub": "17",
        "email": "boris@example.org",
        "email_verified": True,
        "name": "Борис",
        "iat": now,
        "exp": now + 60,
        "jti": uuid.uuid4().hex,
    }
    claims |= changes
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(claims, signed_by, algorithm, headers={"kid": str(key.pk)})


def arrive(client, signed, **data):
    return client.post("/accounts/sign-on/", {"token": signed, "next": "/articles/"} | data)


def is_signed_in(client):
    return client.get("/api/v1/access/").status_code == 204


def test_a_new_person_chooses_a_name_and_is_in(client, key):
    page = client.get("/accounts/sign-on/", {"token": token(key)}).content.decode()
    assert "Борис, boris@example.org" in page
    assert arrive(client, token(key))["Location"] == "/accounts/sign-on/new/"
    answer = client.post("/accounts/sign-on/new/", {"display_name": "Борис"})
    assert answer["Location"] == "/articles/"
    assert is_signed_in(client)
    again = Client()
    assert arrive(again, token(key))["Location"] == "/articles/"
    assert is_signed_in(again)
    assert User.objects.count() == 1


def test_an_existing_account_is_never_opened_by_its_address(client, key, reader):
    arrive(client, token(key, email=reader.email))
    answer = client.post("/accounts/sign-on/new/", {"display_name": "Борис"})
    assert answer["Location"] == "/accounts/login/?next=/accounts/sign-on/tie/"
    assert not is_signed_in(client)
    assert not LinkedPerson.objects.exists()


def test_its_owner_ties_it_after_signing_in(client, key, reader):
    arrive(client, token(key, email=reader.email))
    client.post("/accounts/login/", {"login": reader.email, "password": PASSWORD})
    assert not LinkedPerson.objects.exists()
    assert client.post("/accounts/sign-on/tie/")["Location"] == "/articles/"
    assert LinkedPerson.objects.get().user == reader
    again = Client()
    arrive(again, token(key, email="changed@example.org"))
    assert again.session["_auth_user_id"] == str(reader.pk)


def test_a_borrowed_session_ties_no_account(client, key, reader):
    borrowed = signed_in(reader)
    proven(borrowed, reader, seconds_ago=301)
    arrive(borrowed, token(key, sub="thief", email="thief@example.org"))
    asked = borrowed.post("/accounts/sign-on/tie/")["Location"]
    assert asked == "/accounts/reauthenticate/?next=%2Faccounts%2Fsign-on%2Ftie%2F"
    assert not LinkedPerson.objects.exists()
    borrowed.post(asked, {"password": "not the password"})
    assert not LinkedPerson.objects.exists()
    borrowed.post(asked, {"password": PASSWORD})
    assert LinkedPerson.objects.get().user == reader


def test_who_has_no_password_signs_in_again_and_then_ties(key, passwordless, by_code):
    browser = signed_in(passwordless)
    arrive(browser, token(key, email="other@example.org"))
    asked = browser.post("/accounts/sign-on/tie/")["Location"]
    assert asked.startswith("/accounts/reauthenticate/again/")
    entrance = browser.post(asked)["Location"]
    [then] = parse_qs(urlsplit(entrance).query)["next"]
    back = by_code(browser, then=then)["Location"]
    assert not LinkedPerson.objects.exists()
    assert browser.get(back)["Location"] == "/articles/"
    assert LinkedPerson.objects.get().user == passwordless


def test_a_proof_of_another_person_ties_nothing(key, reader):
    arrival = Arrival(key.pk, "17", "boris@example.org", "Борис", is_vouched=False)
    with pytest.raises(NotPermitted):
        signon.tie(user=reader, arrival=arrival, proof=FreshProof(reader.pk + 1))
    assert not LinkedPerson.objects.exists()


@pytest.mark.parametrize(("vouches", "verified"), [(False, True), (True, False), (True, "true")])
def test_an_address_nobody_vouches_for_waits_for_its_code(
    client, key, code_in_email, vouches, verified
):
    SignOnKey.objects.update(vouches=vouches)
    arrive(client, token(key, email_verified=verified))
    answer = client.post("/accounts/sign-on/new/", {"display_name": "Борис"})
    assert answer["Location"] == "/accounts/confirm-email/"
    assert not LinkedPerson.objects.exists()
    client.post("/accounts/confirm-email/", {"code": code_in_email("boris@example.org")})
    assert is_signed_in(client)
    assert LinkedPerson.objects.get().subject == "17"


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "not an address"},
        {"email": ""},
        {"email": 5},
        {"email": ["boris@example.org"]},
        {"email": "x" * 300 + "@example.org"},
        {"email": "bo\0ris@example.org"},
        # Its first letter is the Kelvin sign, whose lower case is the Latin letter.
        {"email": "\N{KELVIN SIGN}ris@example.org"},
        {"sub": ""},
        {"sub": "1" * 201},
        {"sub": "1\0"},
        {"jti": ""},
        {"jti": "1\0"},
    ],
)
def test_claims_that_name_nobody_are_refused(client, key, claims):
    signed = token(key, **claims)
    assert client.get("/accounts/sign-on/", {"token": signed}).status_code == 400
    assert arrive(client, signed).status_code == 400
    assert not UsedToken.objects.exists()


def test_an_address_is_spelled_as_people_register_with_it(client, key):
    arrive(client, token(key, email=" Boris@xn--80a1acny.xn--p1ai "))
    client.post("/accounts/sign-on/new/", {"display_name": "Борис"})
    assert User.objects.get().email == "boris@почта.рф"


def test_an_account_made_in_another_s_name_is_not_tied_when_its_owner_takes_it(
    client, key, code_in_email
):
    """An account at the other site claims a stranger's address and waits for its confirmation."""
    SignOnKey.objects.update(vouches=False)
    arrive(client, token(key, email="victim@example.org"))
    client.post("/accounts/sign-on/new/", {"display_name": "Борис"})
    victim = Client()
    victim.post("/accounts/password/reset/", {"email": "victim@example.org"})
    code = code_in_email("victim@example.org")
    victim.post("/accounts/password/reset/confirm/", {"code": code})
    arrive(client, token(key, email="victim@example.org"))
    assert not is_signed_in(client)
    assert not LinkedPerson.objects.exists()


def test_a_closed_account_stays_closed(client, key, reader):
    LinkedPerson.objects.create(key=key, subject="17", user=reader)
    User.objects.update(is_active=False)
    arrive(client, token(key))
    assert not is_signed_in(client)


WRONG = {
    "another audience": {"aud": "otklik:drugoe"},
    "no audience": {"aud": None},
    "expired": {"iat": 1, "exp": 61},
    "long-lived": {"exp": int(time.time()) + 3600},
    "no end": {"exp": None},
    "no id": {"jti": None},
    "no subject": {"sub": None},
    "another signer": {"signed_by": Ed25519PrivateKey.generate()},
    "the public key as a secret": {"signed_by": "x" * 64, "algorithm": "HS256"},
    "no signature": {"signed_by": None, "algorithm": "none"},
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_wrong_token_opens_nothing(client, key, fault):
    signed = token(key, **WRONG[fault])
    assert client.get("/accounts/sign-on/", {"token": signed}).status_code == 400
    answer = arrive(client, signed)
    assert answer.status_code == 400
    assert "Подтверждение другого сайта недействительно" in answer.content.decode()
    assert not is_signed_in(client)


@pytest.mark.parametrize("rubbish", ["", "x", "a.b.c", "ё" * 10, "0" * 9000])
def test_rubbish_is_refused_in_words(client, key, rubbish):
    assert arrive(client, rubbish).status_code == 400


def test_a_key_out_of_use_signs_nothing(client, key, site):
    SignOnKey.objects.update(is_enabled=False)
    assert arrive(client, token(key)).status_code == 400


def test_a_shared_secret_works_too(client, site):
    key = SignOnKey.objects.create(site=site, label="Портал", algorithm="HS256", key=SECRET)
    signed = token(key, signed_by=SECRET, algorithm="HS256")
    assert arrive(client, signed)["Location"] == "/accounts/sign-on/new/"


@pytest.mark.django_db(transaction=True)
def test_of_many_uses_of_one_token_one_succeeds(key, site):
    signed = token(key)
    refused = in_parallel(lambda _n: accept_token(token=signed, site=site), 6)
    assert [type(error) for error in refused] == [TokenRefused] * 5


def test_used_tokens_are_forgotten_once_they_could_not_be_used_anyway(key, site):
    accept_token(token=token(key), site=site)
    UsedToken.objects.update(expires_at=timezone.now())
    accept_token(token=token(key), site=site)
    signon.forget_used_tokens()
    assert key.used_tokens.count() == 1


def weak_keys():
    rsa = generate_private_key(65537, 2048).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return [
        ("HS256", "short"),
        ("HS256", "x" * 31),
        ("HS256", ""),
        ("EdDSA", "no key at all"),
        ("EdDSA", rsa.public_bytes(serialization.Encoding.PEM, form).decode()),
    ]


@pytest.mark.parametrize(("algorithm", "text"), weak_keys(), ids=range(5))
def test_a_weak_key_is_refused_when_it_is_entered(site, algorithm, text):
    key = SignOnKey(site=site, label="Портал", algorithm=algorithm, key=text)
    with pytest.raises(ValidationError) as refused:
        key.full_clean()
    assert "key" in refused.value.message_dict


def test_a_weak_key_that_is_stored_opens_nothing(site):
    secret = "x" * 31
    key = SignOnKey.objects.create(site=site, label="Портал", algorithm="HS256", key=secret)
    with pytest.raises(TokenRefused):
        accept_token(token=token(key, signed_by=secret, algorithm="HS256"), site=site)
    SignOnKey.objects.filter(pk=key.pk).update(key=secret + "x")
    signed = token(key, signed_by=secret + "x", algorithm="HS256")
    assert accept_token(token=signed, site=site).key_id == key.pk
