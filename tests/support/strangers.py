"""A stranger who registered with the address of another person and never confirmed it."""

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from accounts.models import ConsentRecord, LinkedPerson, User
from tests.support.people import PASSWORD

OWNER, STRANGER_NAME = "vera@example.org", "Захватчик"
STRANGER_IP = "198.51.100.7"


def assert_fresh(owner: Client, intruder: Client) -> None:
    """The owner has an account in which nothing is the stranger's, who is in none."""
    user = User.objects.get(email=OWNER)
    assert owner.session["_auth_user_id"] == str(user.pk)
    assert list(EmailAddress.objects.values_list("user", "email", "verified")) == [
        (user.pk, OWNER, True)
    ]
    assert not user.has_usable_password()
    assert not User.objects.filter(display_name=STRANGER_NAME).exists()
    assert not SocialAccount.objects.filter(uid="stranger").exists()
    assert not LinkedPerson.objects.filter(subject="stranger").exists()
    given = ConsentRecord.objects.filter(user=user, action=ConsentRecord.GIVEN)
    assert {record.ip for record in given} == {"127.0.0.1"}
    assert not User.objects.exclude(pk=user.pk).filter(is_active=True).exists()
    assert_outside(intruder)


def assert_outside(intruder: Client) -> None:
    assert intruder.get("/api/v1/access/").status_code == 401
    again = Client()
    again.post("/accounts/login/", {"login": OWNER, "password": PASSWORD})
    assert "_auth_user_id" not in again.session


def assert_untouched(arrival: Client) -> None:
    """The arrival got nothing, and the registration waits as before."""
    assert "_auth_user_id" not in arrival.session
    user = User.objects.get()
    assert (user.email, user.display_name) == (OWNER, STRANGER_NAME)
    assert not EmailAddress.objects.get().verified
    assert SocialAccount.objects.get().uid == LinkedPerson.objects.get().subject == "stranger"
