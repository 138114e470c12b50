"""No answer to a stranger tells by its time whether an address is known here."""

import time

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.urls import resolve

from core.web.equal_time import answers_in_equal_time
from tests.support import doors
from tests.support.html_forms import read_page
from tests.support.people import PASSWORD

# Forms whose address is only written down: nothing is looked up by it.
_WRITTEN_DOWN = {"/complaints/"}


def seconds_of(work, rf, path="/accounts/login/code/", method="post"):
    def answer(_request):
        time.sleep(work)
        return HttpResponse()

    began = time.monotonic()
    answers_in_equal_time(answer)(getattr(rf, method)(path))
    return time.monotonic() - began


def test_short_and_long_work_take_one_time(rf, settings):
    settings.EQUAL_TIME_SECONDS = 0.5
    assert 0.5 <= seconds_of(0, rf) < 1
    assert 0.5 <= seconds_of(0.2, rf) < 1
    assert seconds_of(0.6, rf) >= 1


def test_pages_and_other_forms_do_not_wait(rf, settings):
    settings.EQUAL_TIME_SECONDS = 600
    seconds_of(0, rf, method="get")
    seconds_of(0, rf, path="/accounts/logout/")


@pytest.mark.parametrize("path", sorted(settings.EQUAL_TIME_PATHS))
def test_each_path_is_a_form(path):
    assert resolve(path)


@pytest.mark.django_db
def test_every_form_that_takes_an_address_from_a_stranger_is_among_them(client, site):
    paths = set()
    for url in doors.every_url():
        if "<" in url.route:
            continue
        answer = client.get(f"/{url.route}", HTTP_ACCEPT="text/html")
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            forms, _links = read_page(f"/{url.route}", answer.content.decode())
            paths |= {
                form.action.partition("?")[0].removeprefix("http://testserver")
                for form in forms
                if form.method == "post"
                and any(asks_for_address(one) for one in form.controls.values())
            }
    assert paths >= {"/accounts/login/", "/accounts/signup/", "/certificates/claim/"}
    assert paths - _WRITTEN_DOWN <= settings.EQUAL_TIME_PATHS


CONSENTS = {"consent_personal-data": "on", "consent_terms": "on"}


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/accounts/login/code/", {}),
        ("/accounts/password/reset/", {}),
        ("/accounts/signup/", {"password1": PASSWORD, "display_name": "Мария"} | CONSENTS),
    ],
)
@pytest.mark.django_db
def test_the_step_that_follows_waits_too(client, site, path, data):
    answer = client.post(path, {"email": "nobody@example.org"} | data, HTTP_ACCEPT="text/html")
    page = client.get(answer["Location"], HTTP_ACCEPT="text/html")
    forms, _links = read_page(answer["Location"], page.content.decode())
    paths = {form.action.partition("?")[0] for form in forms if form.method == "post"}
    paths = {one.removeprefix("http://testserver") for one in paths} - {"/i18n/setlang/"}
    assert paths
    assert paths - {"/accounts/logout/"} <= settings.EQUAL_TIME_PATHS


@pytest.mark.parametrize("client_kind", ["app", "browser"])
def test_every_step_of_the_api_without_a_session_waits(client_kind):
    prefix = f"_allauth/{client_kind}/v1/auth/"
    steps = {
        f"/{url.route}"
        for url in doors.every_url()
        if url.route.startswith((f"{prefix}code/", f"{prefix}email/", f"{prefix}password/"))
    }
    assert len(steps) > 4
    assert steps <= settings.EQUAL_TIME_PATHS


def asks_for_address(control):
    return control.kind == "email" or control.name in {"login", "email"}
