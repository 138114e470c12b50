"""Registered-only information: the tag, the decorator, the API's gate."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.template import Context, Template
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails
from rest_framework.test import APIClient

from accounts.permissions import registered_only
from core.errors import SignInRequired

SECRET = "{% load registered %}{% registered_only %}Тайна{% endregistered_only %}"


@pytest.fixture
def page(site):
    def render(user, **headers):
        request = RequestFactory().get("/articles/1/", {"page": "2"}, headers=headers)
        request.user, request.site, request.htmx = user, site, HtmxDetails(request)
        return Template(SECRET).render(Context({"request": request}))

    return render


def test_a_stranger_is_invited_and_led_back(page):
    html = page(AnonymousUser())
    assert "Тайна" not in html
    assert "/accounts/login/?next=%2Farticles%2F1%2F%3Fpage%3D2" in html
    assert "/accounts/signup/?next=%2Farticles%2F1%2F%3Fpage%3D2" in html


def test_a_stranger_of_a_live_fragment_is_led_back_to_the_page_around_it(page):
    html = page(
        AnonymousUser(), **{"HX-Request": "true", "HX-Current-URL": "http://testserver/articles/9/"}
    )
    assert "?next=%2Farticles%2F9%2F" in html


def test_a_registered_reader_sees_the_block(page, reader):
    assert page(reader) == "Тайна"


def test_the_decorator_refuses_strangers_only(page, reader, site):
    guarded = registered_only(lambda request: HttpResponse("Тайна"))
    request = RequestFactory().get("/report/")
    request.site, request.user = site, AnonymousUser()
    with pytest.raises(SignInRequired):
        guarded(request)
    request.user = reader
    assert guarded(request).content.decode() == "Тайна"


def test_the_gate_of_the_proxy_opens_to_registered_readers_only(as_reader, client):
    stranger, registered = client.get("/api/v1/access/"), as_reader.get("/api/v1/access/")
    assert (stranger.status_code, registered.status_code) == (401, 204)
    assert "no-store" in stranger["Cache-Control"]
    assert "no-store" in registered["Cache-Control"]


def test_the_gate_closes_for_a_disabled_account(as_reader, reader):
    reader.is_active = False
    reader.save(update_fields=["is_active"])
    assert as_reader.get("/api/v1/access/").status_code == 401


def test_the_api_permission_names_the_problem(site, reader, settings):
    settings.ROOT_URLCONF = "tests.support.registered_urls"
    api = APIClient()
    refused = api.get("/registered/")
    assert (refused.status_code, refused.json()["code"]) == (401, "sign_in_required")
    api.force_login(reader)
    assert api.get("/registered/").json() == {"text": "Тайна"}
