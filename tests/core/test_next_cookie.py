"""While the release before runs, browsers get the session's cookie by its next name, too."""

import pytest
from django.contrib.auth import SESSION_KEY, login, logout
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpResponse
from django.test import RequestFactory

from core.web.next_cookie import keep_signed_in
from tests.support.people import new_person

pytestmark = pytest.mark.django_db
NAME, NEXT = "sessionid", "__Host-sessionid"


@pytest.fixture(autouse=True)
def _https(settings):
    settings.SESSION_COOKIE_SECURE = True


@pytest.fixture
def person(site):
    return new_person("anna@example.org", "Анна")


def ask(act=lambda request: None, **cookies):
    def view(request):
        act(request)
        return HttpResponse()

    request = RequestFactory().get("/")
    request.COOKIES = {name.replace("host_", "__Host-"): value for name, value in cookies.items()}
    return keep_signed_in(SessionMiddleware(view))(request).cookies


def sign_in(person):
    return lambda request: login(request, person, "accounts.web.backend.SignInBackend")


def test_a_new_session_is_given_under_both_names(person):
    cookies = ask(sign_in(person))
    assert cookies[NEXT].value == cookies[NAME].value
    # Browsers refuse the prefix without Secure, with another path, or with a domain.
    next_cookie = cookies[NEXT]
    assert (next_cookie["secure"], next_cookie["path"], next_cookie["domain"]) == (True, "/", "")
    assert next_cookie["httponly"]


def test_a_session_of_the_release_before_is_given_under_the_next_name_once(person):
    key = ask(sign_in(person))[NAME].value
    cookies = ask(sessionid=key)
    assert list(cookies) == [NEXT]
    assert cookies[NEXT].value == key
    assert (cookies[NEXT]["secure"], cookies[NEXT]["httponly"]) == (True, True)
    assert not ask(sessionid=key, host_sessionid=key)


def test_whoever_signs_out_loses_both(person):
    key = ask(sign_in(person))[NAME].value
    cookies = ask(logout, sessionid=key, host_sessionid=key)
    for name in (NAME, NEXT):
        assert (cookies[name].value, cookies[name]["max-age"]) == ("", 0)


def test_nobody_else_gets_a_cookie(site):
    assert not ask()
    assert not ask(sessionid="x" * 32)
    # The next name alone opens nothing yet.
    seen = []
    ask(lambda request: seen.append(SESSION_KEY in request.session), host_sessionid="x" * 32)
    assert seen == [False]
