"""A person who has lost every second step gets in again, through a superuser alone."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.test import Client

from accounts.actions import count_try, remove_second_factor
from accounts.models import AccountEvent, GuessCounter, Role, User
from accounts.states import Proof
from core.errors import InvalidInput, NotPermitted
from tests.support.people import PASSWORD, new_person, proven, signed_in

pytestmark = pytest.mark.django_db


def administrator(site, email, **fields):
    person = new_person(email, email, role=Role.Name.ADMINISTRATOR, site=site)
    User.objects.filter(pk=person.pk).update(is_staff=True, **fields)
    person.refresh_from_db()
    return person


@pytest.fixture
def superuser(site):
    return administrator(site, "root@example.org", is_superuser=True)


@pytest.fixture
def elsewhere(reader):
    """A browser in which the reader is signed in."""
    client = Client()
    client.post("/accounts/login/", {"login": reader.email, "password": PASSWORD})
    return client


@pytest.fixture
def locked_out(reader, elsewhere):
    """A reader with an app, recovery codes and a passkey, none of which they have any more."""
    TOTP.activate(reader, generate_totp_secret())
    RecoveryCodes.activate(reader)
    Authenticator.objects.create(user=reader, type=Authenticator.Type.WEBAUTHN, data={})
    for _ in range(10):
        count_try(proof=Proof.SECOND_FACTOR, email=reader.email, counted_by=reader.email)
    return reader


def page_of(person):
    return f"/admin/accounts/user/{person.pk}/second-factor/"


def remove(client, person, note="Позвонили по номеру из договора"):
    return client.post(page_of(person), {"note": note})


def is_signed_in(client):
    return client.get("/api/v1/access/").status_code == 204


def test_superuser_lets_a_person_in_again(superuser, locked_out, elsewhere, deliver):
    assert is_signed_in(elsewhere)
    browser = signed_in(superuser)
    proven(browser, superuser, seconds_ago=1)
    change = f"/admin/accounts/user/{locked_out.pk}/change/"
    assert page_of(locked_out) in browser.get(change).content.decode()
    assert locked_out.email in browser.get(page_of(locked_out)).content.decode()
    assert remove(browser, locked_out)["Location"] == change
    assert not Authenticator.objects.filter(user=locked_out).exists()
    assert not is_signed_in(elsewhere)
    entering = Client()
    entering.post("/accounts/login/", {"login": locked_out.email, "password": PASSWORD})
    assert is_signed_in(entering)
    # The new second step has all its tries.
    counter = GuessCounter.objects.get(proof=Proof.SECOND_FACTOR)
    assert (counter.consecutive, counter.in_hour) == (0, 0)
    removed = AccountEvent.objects.get(action=AccountEvent.Action.FACTOR_REMOVED)
    assert (removed.user, removed.actor) == (locked_out, superuser)
    assert removed.evidence == {"kinds": ["recovery_codes", "totp", "webauthn"]}
    assert removed.note == "Позвонили по номеру из договора"
    deliver()
    (letter,) = [one for one in mail.outbox if "снят вход в два шага" in one.subject]
    assert letter.to == [locked_out.email]


@pytest.mark.parametrize("seconds_ago", [None, 301])
def test_the_superuser_proves_first_who_they_are(superuser, locked_out, seconds_ago):
    browser = signed_in(superuser)
    if seconds_ago is not None:
        proven(browser, superuser, seconds_ago=seconds_ago)
    assert remove(browser, locked_out)["Location"].startswith("/accounts/reauthenticate/")
    assert Authenticator.objects.filter(user=locked_out).count() == 3


@pytest.mark.parametrize("who", ["nobody", "reader", "editor", "registrar", "administrator"])
def test_nobody_else_does(site, locked_out, who):
    if who == "administrator":
        person = administrator(site, "own@example.org")
    else:
        role = Role.Name(who) if who in Role.Name.values else None
        person = (
            None if who == "nobody" else new_person("p@example.org", "Вера", role=role, site=site)
        )
    browser = signed_in(person)
    if person is not None:
        proven(browser, person, seconds_ago=1)
        with pytest.raises(NotPermitted):
            remove_second_factor(user=locked_out, actor=person, note="Я так хочу")
    assert remove(browser, locked_out).status_code in {302, 403, 404}
    assert browser.get(page_of(locked_out)).status_code in {302, 403, 404}
    assert Authenticator.objects.filter(user=locked_out).count() == 3


def test_a_superuser_s_is_removed_by_another_superuser_alone(site, superuser):
    other = administrator(site, "second@example.org", is_superuser=True)
    TOTP.activate(superuser, generate_totp_secret())
    with pytest.raises(NotPermitted):
        remove_second_factor(user=superuser, actor=administrator(site, "a@example.org"), note="Я")
    with pytest.raises(NotPermitted):
        remove_second_factor(user=superuser, actor=superuser, note="Это я")
    assert Authenticator.objects.exists()
    remove_second_factor(user=superuser, actor=other, note="Виделись")
    assert not Authenticator.objects.exists()


def test_how_they_were_recognised_is_written_down(superuser, locked_out):
    browser = signed_in(superuser)
    proven(browser, superuser, seconds_ago=1)
    assert remove(browser, locked_out, note="  ").status_code == 422
    with pytest.raises(InvalidInput):
        remove_second_factor(user=locked_out, actor=superuser, note=" ")
    assert Authenticator.objects.filter(user=locked_out).count() == 3


def test_where_there_is_nothing_to_remove_nothing_happens(superuser, reader):
    browser = signed_in(superuser)
    proven(browser, superuser, seconds_ago=1)
    answer = remove(browser, reader)
    assert answer.status_code == 422
    assert "вход в два шага не включён" in answer.content.decode()
    assert not AccountEvent.objects.filter(user=reader, actor=superuser).exists()
