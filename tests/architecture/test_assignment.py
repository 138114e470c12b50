"""Only the fields that a form or the API names can be set through it."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from certificates.models import Application
from certificates.programmes import install_default_programmes
from certificates.states import ApplicationStatus
from comments.models import Comment
from comments.states import State
from core.models import Site
from tests.support.answers import ANSWERS
from tests.support.people import PASSWORD, new_person
from webhooks.models import Endpoint

pytestmark = pytest.mark.django_db
EVERYTHING = {
    "id": 4711,
    "pk": 4711,
    "site": "sosedi",
    "site_id": 2,
    "user": 1,
    "user_id": 1,
    "is_staff": True,
    "is_superuser": True,
    "is_active": False,
    "email": "evil@example.org",
    "role": "administrator",
    "roles": ["administrator"],
    "date_joined": "2001-01-01",
    "author": 1,
    "author_id": 1,
    "created_at": "2001-01-01T00:00Z",
    "state": "published",
    "published_at": "2001-01-01T00:00Z",
    "likes": 100,
    "html": "<script>alert(1)</script>",
    "status": "approved",
    "applicant": 1,
    "applicant_id": 1,
    "number": "CB-2026-00147-X",
    "decided_by": 1,
    "verified": True,
    "confirmed": True,
    "secret": "whsec_chosen",
}


@pytest.fixture
def other(site):
    return Site.objects.create(slug="sosedi", name_ru="Соседи")


@pytest.fixture
def person(site):
    return new_person("anna@example.org", "Анна")


def api_of(person):
    client = APIClient()
    client.force_login(person)
    return client


def assert_ordinary(user):
    user.refresh_from_db()
    flags = user.is_staff, user.is_superuser, user.is_active, user.roles.exists()
    assert flags == (False, False, True, False)
    assert user.email != EVERYTHING["email"]
    assert user.date_joined.year > 2001


def profile(person, _site, _other):
    browser = Client()
    browser.force_login(person)
    wanted = {"display_name": "Вера", "language": "en"}
    assert browser.post("/accounts/profile/", EVERYTHING | wanted).status_code == 302
    assert_ordinary(person)
    assert person.display_name == "Вера"


def registration(_person, _site, _other):
    wanted = {"email": "vera@example.org", "password1": PASSWORD, "display_name": "Вера"}
    Client().post("/accounts/signup/", EVERYTHING | wanted)
    user = User.objects.get(email="vera@example.org")
    assert_ordinary(user)
    assert user.pk != EVERYTHING["id"]
    assert not user.emailaddress_set.get().verified


def registration_by_the_api(_person, _site, _other):
    wanted = {"email": "vera@example.org", "password": PASSWORD, "display_name": "Вера"}
    url = "/_allauth/app/v1/auth/signup"
    Client().post(url, EVERYTHING | wanted, content_type="application/json")
    assert_ordinary(User.objects.get(email="vera@example.org"))


def comment(person, site, _other):
    url = "/api/v1/sites/vesti/threads/a/comments/"
    assert api_of(person).post(url, EVERYTHING | {"text": "Привет"}).status_code in {201, 202}
    made = Comment.objects.get()
    assert (made.author, made.thread.site) == (person, site)
    assert made.pk != EVERYTHING["id"]
    assert made.created_at.year > 2001
    assert "script" not in made.html


def edit_of_a_comment(person, site, _other):
    client = api_of(person)
    client.post("/api/v1/sites/vesti/threads/a/comments/", {"text": "Привет"})
    made = Comment.objects.get()
    Comment.objects.update(state=State.HELD)
    url = f"/api/v1/comments/{made.pk}/"
    client.patch(url, EVERYTHING | {"text": "Привет всем", "state": "removed"})
    made.refresh_from_db()
    assert (made.author, made.thread.site) == (person, site)
    assert made.state != "removed"
    assert "script" not in made.html


def application(person, site, _other):
    install_default_programmes(site=site)
    body = EVERYTHING | {"programme": "publication", "answers": ANSWERS}
    assert api_of(person).post("/api/v1/applications/", body).status_code == 201
    made = Application.objects.get()
    assert (made.applicant, made.status) == (person, ApplicationStatus.DRAFT)
    assert made.programme.site == site


def webhook(_person, site, _other):
    chief = new_person("chief@example.org", "Ольга", role="administrator", site=site)
    body = {"url": "https://example.org/hook", "topics": ["comment.published"], "label": "Лента"}
    assert api_of(chief).post("/api/v1/webhooks/endpoints/", EVERYTHING | body).status_code == 201
    made = Endpoint.objects.get()
    assert made.site == site
    assert EVERYTHING["secret"] not in "".join(made.keys)


ACTS = (
    *(profile, registration, registration_by_the_api, comment, edit_of_a_comment),
    *(application, webhook),
)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_forms_and_the_api_ignore_what_they_do_not_name(person, site, other, act):
    act(person, site, other)
