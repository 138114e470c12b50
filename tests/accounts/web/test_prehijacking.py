"""A stranger registers with a foreign address, and the owner proves the address later."""

import time
import uuid

import jwt
import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.db.models.signals import post_save
from django.test import Client
from django.urls import reverse

from accounts.actions import ConsentSource, grant_role, register_person
from accounts.actions.consents import record_answers
from accounts.models import (
    AccountEvent,
    ConsentRecord,
    LinkedPerson,
    Role,
    SignOnKey,
    User,
)
from accounts.web import entrance
from certificates.programmes import install_default_programmes
from comments.models import Comment, Thread
from tests.support.parallel import in_parallel
from tests.support.people import PASSWORD
from tests.support.strangers import (
    OWNER,
    STRANGER_NAME,
    assert_fresh,
    assert_outside,
    assert_untouched,
)

ELSEWHERE = "evil@example.org"
NEW_PASSWORD = "sovsem-drugaja-fraza"
PAGE = "/threads/?site=vesti&key=a"
HTML = {"Accept": "text/html"}


def by_sign_in_code(owner, code_in_email):
    owner.post("/accounts/login/code/", {"email": OWNER})
    owner.post(reverse("account_confirm_login_code"), {"code": code_in_email(OWNER)})


def by_headless_sign_in_code(owner, code_in_email):
    base = "/_allauth/browser/v1/auth/code/"
    owner.post(f"{base}request", {"email": OWNER}, content_type="application/json")
    code = code_in_email(OWNER)
    owner.post(f"{base}confirm", {"code": code}, content_type="application/json")


def by_unfinished_reset(owner, code_in_email):
    owner.post("/accounts/password/reset/", {"email": OWNER})
    owner.post(reverse("account_confirm_password_reset_code"), {"code": code_in_email(OWNER)})


def by_reset(owner, code_in_email):
    by_unfinished_reset(owner, code_in_email)
    passwords = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    owner.post(reverse("account_complete_password_reset"), passwords)


def by_headless_reset(owner, code_in_email):
    base = "/_allauth/browser/v1/auth/password/"
    owner.post(f"{base}request", {"email": OWNER}, content_type="application/json")
    data = {"key": code_in_email(OWNER), "password": NEW_PASSWORD}
    owner.post(f"{base}reset", data, content_type="application/json")


DOORS = [
    by_sign_in_code,
    by_headless_sign_in_code,
    by_unfinished_reset,
    by_reset,
    by_headless_reset,
]


@pytest.mark.parametrize("door", DOORS)
def test_nothing_of_the_stranger_survives_the_owner_s_proof(stranger, code_in_email, door):
    door(Client(), code_in_email)
    user = User.objects.get()
    assert EmailAddress.objects.get().verified
    assert not user.check_password(PASSWORD)
    assert user.is_unnamed
    assert STRANGER_NAME not in user.display_name
    assert not SocialAccount.objects.exists()
    assert not LinkedPerson.objects.exists()
    assert ConsentRecord.objects.last().action == ConsentRecord.WITHDRAWN
    actions = user.events.values_list("action", flat=True)
    assert list(actions).count(AccountEvent.Action.REGISTRATION_RESTARTED) == 1
    intruder = Client()
    intruder.post("/accounts/login/", {"login": OWNER, "password": PASSWORD})
    assert "_auth_user_id" not in intruder.session
    assert not UserSession.objects.filter(user=user).exclude(ip="127.0.0.1").exists()


@pytest.mark.parametrize("door", DOORS)
def test_an_open_session_of_the_stranger_ends(intruder, code_in_email, door):
    door(Client(), code_in_email)
    assert_outside(intruder)


@pytest.mark.django_db(transaction=True)
def test_the_stranger_does_not_come_in_together_with_the_owner(intruder, code_in_email):
    """The stranger acts in an open session and signs in by the password all the time."""
    owner, others = Client(), [Client() for _ in range(5)]
    owner.post("/accounts/login/code/", {"email": OWNER})
    code = code_in_email(OWNER)

    def act(number):
        if number == 0:
            owner.post(reverse("account_confirm_login_code"), {"code": code})
            return
        for other in others:
            other.post("/accounts/login/", {"login": OWNER, "password": PASSWORD})
            intruder.get("/api/v1/access/")

    assert not in_parallel(act, 2)
    assert EmailAddress.objects.get().verified
    assert_outside(intruder)
    assert {other.get("/api/v1/access/").status_code for other in others} == {401}


def test_no_proof_is_stored_before_what_the_stranger_set_is_gone(stranger, code_in_email):
    """The server may crash at any moment."""

    def crash(instance, **_):
        if instance.verified:
            raise RuntimeError

    post_save.connect(crash, sender=EmailAddress)
    with pytest.raises(RuntimeError):
        by_sign_in_code(Client(), code_in_email)
    post_save.disconnect(crash, sender=EmailAddress)
    assert EmailAddress.objects.get().verified
    assert not User.objects.get().has_usable_password()


@pytest.mark.parametrize("door", [by_sign_in_code, by_unfinished_reset])
def test_a_second_address_of_another_account_does_not_catch_the_owner(reader, code_in_email, door):
    EmailAddress.objects.create(user=reader, email=OWNER)
    owner = Client()
    door(owner, code_in_email)
    reader.refresh_from_db()
    assert "_auth_user_id" not in owner.session
    assert not EmailAddress.objects.get(email=OWNER).verified
    assert (reader.display_name, reader.check_password(PASSWORD)) == ("Анна К.", True)


@pytest.mark.parametrize("door", [by_reset, by_headless_reset])
def test_the_owner_s_new_password_holds(stranger, code_in_email, door):
    door(Client(), code_in_email)
    owner = Client()
    owner.post("/accounts/login/", {"login": OWNER, "password": NEW_PASSWORD})
    assert owner.session["_auth_user_id"] == str(User.objects.get().pk)


def test_the_owner_is_asked_for_name_and_consents(stranger, code_in_email, consent):
    owner = Client()
    by_sign_in_code(owner, code_in_email)
    asked = owner.get(PAGE, headers=HTML)
    assert asked["Location"].startswith("/accounts/consents/new/?next=")
    page = owner.get(asked["Location"]).content.decode()
    assert "На ваш адрес кто-то начинал регистрацию" in page
    # Not ticked and not named: each is refused at its field.
    refused = owner.post("/accounts/consents/new/", {"next": PAGE})
    assert set(refused.context["form"].errors) == {"display_name", "consent_personal-data"}
    answers = {"display_name": "Вера", "consent_personal-data": "on", "next": PAGE}
    assert owner.post("/accounts/consents/new/", answers)["Location"] == PAGE
    user = User.objects.get()
    assert (user.display_name, user.is_unnamed) == ("Вера", False)
    last = ConsentRecord.objects.last()
    assert (last.action, last.ip) == (ConsentRecord.GIVEN, "127.0.0.1")
    assert owner.get(PAGE, headers=HTML).status_code == 200
    # The stranger's name is free, and no account holds the placeholder.
    other = register_person(email="z@example.org", password=PASSWORD, display_name=STRANGER_NAME)
    assert other.pk


def test_programs_wait_for_the_name_and_the_consents(stranger, code_in_email, site):
    owner = Client()
    by_sign_in_code(owner, code_in_email)
    base = "/api/v1/sites/vesti/threads/a/"
    install_default_programmes(site=site)
    acts = [
        (f"{base}comments/", {"text": "Первый комментарий"}),
        ("/api/v1/applications/", {"programme": "publication", "language": "ru"}),
    ]
    Thread.objects.create(site=site, key="a", title="Статья")
    for address, data in acts:
        refused = owner.post(address, data, content_type="application/json")
        assert (refused.status_code, refused.json()["code"]) == (403, "name_required")
    assert not Comment.objects.exists()
    answers = {"display_name": "Вера", "consent_personal-data": "on"}
    owner.post("/accounts/consents/new/", answers)
    answer = owner.post(*acts[0], content_type="application/json")
    assert answer.status_code == 201


def test_a_taken_name_is_refused_to_the_owner(stranger, code_in_email):
    register_person(email="anna@example.org", password=PASSWORD, display_name="Анна К.")
    owner = Client()
    by_sign_in_code(owner, code_in_email)
    answers = {"display_name": "Анна К.", "consent_personal-data": "on"}
    refused = owner.post("/accounts/consents/new/", answers)
    assert list(refused.context["form"].errors) == ["display_name"]
    assert User.objects.get(email=OWNER).is_unnamed


@pytest.mark.parametrize("door", [by_unfinished_reset, by_sign_in_code])
def test_the_stranger_cannot_give_the_account_another_address(stranger, code_in_email, door):
    door(Client(), code_in_email)
    stranger.post("/accounts/confirm-email/", {"action": "change", "email": "evil@example.org"})
    stranger.post(
        "/_allauth/browser/v1/account/email",
        {"email": "evil@example.org"},
        content_type="application/json",
    )
    assert User.objects.get().email == OWNER
    assert [address.email for address in EmailAddress.objects.all()] == [OWNER]


def take_away(stranger, code_in_email):
    """Give the account an address of the stranger's own, and confirm that one."""
    stranger.post("/accounts/confirm-email/", {"action": "change", "email": ELSEWHERE})
    stranger.post("/accounts/confirm-email/", {"code": code_in_email(ELSEWHERE)})


def take_away_headless(stranger, code_in_email):
    json = {"content_type": "application/json"}
    stranger.post("/_allauth/browser/v1/account/email", {"email": ELSEWHERE}, **json)
    key = {"key": code_in_email(ELSEWHERE)}
    stranger.post("/_allauth/browser/v1/auth/email/verify", key, **json)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("leave", [take_away, take_away_headless])
def test_a_code_lapses_when_the_account_leaves_its_address(stranger, code_in_email, door, leave):
    """The owner would sign in to the account of the stranger, who is signed in to it, too."""

    def late_code(email):
        code = code_in_email(email)
        leave(stranger, code_in_email)
        return code

    owner = Client()
    door(owner, late_code)
    user = User.objects.get()
    assert "_auth_user_id" not in owner.session
    assert user.email == ELSEWHERE
    assert [address.email for address in EmailAddress.objects.all()] == [ELSEWHERE]
    assert user.check_password(PASSWORD)
    assert stranger.session["_auth_user_id"] == str(user.pk)


def test_the_owner_reads_that_the_code_has_lapsed(stranger, code_in_email):
    owner = Client()
    owner.post("/accounts/login/code/", {"email": OWNER})
    code = code_in_email(OWNER)
    take_away(stranger, code_in_email)
    lapsed = owner.post(reverse("account_confirm_login_code"), {"code": code})
    assert lapsed.status_code == 409
    assert "Этот код больше не действует" in lapsed.content.decode()
    assert owner.get("/accounts/login/").status_code == 200


def test_a_correction_on_its_way_is_refused_once_the_owner_has_come(
    stranger, code_in_email, monkeypatch
):
    by_unfinished_reset(Client(), code_in_email)
    monkeypatch.setattr(entrance, "may_correct", lambda _process: True)
    change = {"action": "change", "email": ELSEWHERE}
    assert stranger.post("/accounts/confirm-email/", change)["Location"] == "/accounts/login/"
    assert [address.email for address in EmailAddress.objects.all()] == [OWNER]


@pytest.mark.parametrize("path", ["/accounts/confirm-email/", "auth/email/verify"])
def test_a_corrected_address_cannot_be_confirmed_once_the_owner_has_come(
    stranger, code_in_email, path
):
    stranger.post("/accounts/confirm-email/", {"action": "change", "email": ELSEWHERE})
    # As if the owner had proved the address at the very moment of the correction.
    User.objects.update(email=OWNER)
    EmailAddress.objects.update(email=OWNER, verified=True)
    code = code_in_email(ELSEWHERE)
    if path.startswith("/"):
        refused = stranger.post(path, {"code": code})
    else:
        address = f"/_allauth/browser/v1/{path}"
        refused = stranger.post(address, {"key": code}, content_type="application/json")
    assert refused.status_code == 409
    assert User.objects.get().email == OWNER
    assert [address.email for address in EmailAddress.objects.all()] == [OWNER]
    assert "_auth_user_id" not in stranger.session


def test_the_code_of_the_registration_keeps_what_was_typed(stranger, code_in_email):
    """A person who registers and reads the mail of the address is its owner."""
    stranger.post("/accounts/confirm-email/", {"code": code_in_email(OWNER)})
    user = User.objects.get()
    assert user.check_password(PASSWORD)
    assert (user.display_name, SocialAccount.objects.count()) == (STRANGER_NAME, 1)
    assert stranger.session["_auth_user_id"] == str(user.pk)
    assert stranger.get(PAGE, headers=HTML).status_code == 200


def test_a_code_changes_nothing_for_a_confirmed_account(client, reader, code_in_email, consent):
    record_answers(reader, [consent], ConsentRecord.GIVEN, ConsentSource("test"))
    client.post("/accounts/login/code/", {"email": reader.email})
    client.post(reverse("account_confirm_login_code"), {"code": code_in_email(reader.email)})
    reader.refresh_from_db()
    assert reader.check_password(PASSWORD)
    assert reader.display_name == "Анна К."
    assert client.get(PAGE, headers=HTML).status_code == 200


def test_no_role_is_given_to_an_unconfirmed_account(stranger, site):
    administrator = register_person(email="a@example.org", password=PASSWORD, display_name="Павла")
    grant_role(user=administrator, site=site, name=Role.Name.ADMINISTRATOR, actor=None)
    browser = Client()
    browser.force_login(administrator)
    refused = browser.post("/accounts/staff/", {"email": OWNER, "role": "editor"})
    assert list(refused.context["form"].errors) == ["email"]
    assert not Role.objects.filter(user__email=OWNER).exists()


def test_a_fresh_account_has_no_changed_address_in_its_history(stranger, code_in_email):
    stranger.post("/accounts/confirm-email/", {"code": code_in_email(OWNER)})
    actions = set(User.objects.get().events.values_list("action", flat=True))
    assert AccountEvent.Action.EMAIL_CONFIRMED in actions
    assert AccountEvent.Action.EMAIL_CHANGED not in actions


def arrive(client, key_id, *, verified):
    """Come from the other site with a token that names the owner's address."""
    now = int(time.time())
    claims = {
        "aud": "otklik:vesti",
        "sub": "vera",
        "email": OWNER,
        "email_verified": verified,
        "iat": now,
        "exp": now + 60,
        "jti": uuid.uuid4().hex,
    }
    token = jwt.encode(claims, "x" * 40, "HS256", headers={"kid": str(key_id)})
    client.post("/accounts/sign-on/", {"token": token})
    answers = {"display_name": "Вера", "consent_personal-data": "on"}
    return client.post("/accounts/sign-on/new/", answers)


def test_the_owner_begins_afresh_by_a_token_of_a_site_that_vouches(intruder, client):
    SignOnKey.objects.update(vouches=True)
    arrive(client, SignOnKey.objects.get().pk, verified=True)
    assert_fresh(client, intruder)
    assert LinkedPerson.objects.get().subject == "vera"


@pytest.mark.parametrize(("vouches", "verified"), [(False, True), (True, False), (True, "true")])
def test_a_token_without_a_proof_does_not_touch_the_registration(
    stranger, client, vouches, verified
):
    SignOnKey.objects.update(vouches=vouches)
    answer = arrive(client, SignOnKey.objects.get().pk, verified=verified)
    assert answer["Location"] == "/accounts/confirm-email/"
    assert_untouched(client)


def test_an_arrival_left_in_the_browser_is_not_tied_to_the_owner(site, code_in_email):
    """At a shared computer: a stranger came from another site, and went away."""
    key = SignOnKey.objects.create(site=site, label="Портал", algorithm="HS256", key="x" * 40)
    shared = Client()
    arrive(shared, key.pk, verified=True)
    cache.clear()
    by_headless_sign_in_code(shared, code_in_email)
    assert shared.session["_auth_user_id"] == str(User.objects.get().pk)
    assert not LinkedPerson.objects.exists()
