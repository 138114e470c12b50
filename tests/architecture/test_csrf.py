"""No page elsewhere acts in the name of who is signed in here, and no link does."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from tests.support.undoing import undone
from tests.support.url_walk import routes

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
# They look at no cookie: an app's header, a client's secret, the password of a provider.
WITHOUT_COOKIES = ("_allauth/app/", "identity/o/api/", "anymail/", "api/v1/sites/%(site)s/sign-in/")
# The first shows a form again: what it would do is in a signed field, with a token. The second
# looks at a file and changes nothing.
ACTS_ON_NOTHING = ("identity/o/authorize", "verify/")
WRITE = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)')
# A visit is remembered in the session, and limits count it.
TRACES = {"django_session", "usersessions_usersession", "accounts_guesscounter"}


@pytest.fixture
def chief(people, site):
    """Return a person who may do everything."""
    person = people[Role.Name.ADMINISTRATOR]
    person.is_staff = person.is_superuser = True
    person.save(update_fields=["is_staff", "is_superuser"])
    return person


def visits(there):
    for route in routes():
        yield route, route.filled({name: there.get(name, "1") for name in route.parameters})


def test_no_url_acts_for_another_site(chief, discussed, issued, reported):
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.force_login(chief)
    acted, tried = [], 0
    for route, path in visits(discussed | issued | reported):
        if route.path.startswith((*WITHOUT_COOKIES, *ACTS_ON_NOTHING)):
            continue
        is_json = route.path.startswith("_allauth/")
        for method in route.writes or ("POST",):
            with undone():
                answer = browser.generic(
                    method,
                    path,
                    # What a form elsewhere can send without asking first.
                    b"{}" if is_json else b"a=1",
                    content_type="text/plain" if is_json else FORM,
                    headers={"Origin": "https://evil.example"},
                )
            tried += answer.status_code == 403
            # For JSON, which 415 asks for, a browser asks first whether it may be sent.
            if answer.status_code not in {403, 404, 405, 415}:
                acted.append((method, path, answer.status_code))
    assert not acted
    assert tried > 150


def test_reading_writes_nothing(chief, discussed, issued, reported):
    browser = Client(raise_request_exception=False)
    browser.force_login(chief)
    written = []
    for _route, path in visits(discussed | issued | reported):
        with (
            undone(),
            CaptureQueriesContext(
                connection,
            ) as queries,
        ):
            answer = browser.get(path)
            if answer.streaming:
                list(answer.streaming_content)
        tables = {found[1] for one in queries if (found := WRITE.match(one["sql"] or ""))}
        if tables - TRACES:
            written.append((path, tables - TRACES))
    assert not written
