"""The headers that protect a page in a browser, on every page."""

import re

import pytest
from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from lxml import html

from accounts.models import Role
from tests.support.people import signed_in
from tests.support.undoing import undone
from tests.support.url_walk import routes

pytestmark = pytest.mark.django_db
STRICT = ["/", "/accounts/login/", "/accounts/signup/", "/verify/", "/api/schema/", "/nowhere/"]


@pytest.fixture
def as_administrator(people, discussed, issued):
    administrator = people[Role.Name.ADMINISTRATOR]
    administrator.is_staff = True
    administrator.save(update_fields=["is_staff"])
    return signed_in(administrator)


def administration_urls():
    """Return the lists, forms and other pages of the administration that take no argument."""
    urls = []
    for pattern in admin.site.get_urls():
        for each in getattr(pattern, "url_patterns", [pattern]):
            try:
                urls.append(reverse(f"admin:{each.name}"))
            except NoReverseMatch:
                continue
    return sorted(set(urls))


def directives(answer):
    parts = answer.headers["Content-Security-Policy"].split(";")
    return {name: values for name, *values in (part.split() for part in parts)}


def inline_code(answer):
    """Return what a policy without 'unsafe-inline' would keep from running."""
    if not answer.headers["Content-Type"].startswith("text/html") or not answer.content:
        return []
    document = html.fromstring(answer.content.decode())
    scripts = [
        script
        for script in document.iter("script")
        if not script.get("src")
        and script.get("type", "text/javascript") == "text/javascript"
        and (script.text or "").strip()
    ]
    handlers = [
        name for element in document.iter() for name in element.attrib if name.startswith("on")
    ]
    return [*scripts, *handlers]


def test_no_page_of_the_administration_may_run_or_needs_inline_scripts(as_administrator):
    urls = administration_urls()
    assert len(urls) > 20
    opened = 0
    for url in urls:
        answer = as_administrator.get(url)
        opened += answer.status_code == 200
        policy = directives(answer)
        assert "'unsafe-inline'" not in policy.get("script-src", policy["default-src"]), url
        assert policy["frame-ancestors"] == ["'none'"], url
        assert policy["object-src"] == ["'none'"], url
        assert not inline_code(answer), url
    assert opened > 10


def test_the_page_of_the_api_may_not_run_inline_scripts_and_needs_none(client, site):
    answer = client.get("/api/docs/")
    assert answer.status_code == 200
    assert "script-src" not in directives(answer)
    assert directives(answer)["default-src"] == ["'self'"]
    assert not inline_code(answer)
    script = html.fromstring(answer.content.decode()).xpath("//script/@src")[-1]
    assert "SwaggerUIBundle" in client.get(script).content.decode()


@pytest.mark.parametrize("url", STRICT)
def test_every_other_answer_has_the_strict_policy(client, site, url):
    policy = directives(client.get(url))
    assert policy["default-src"] == ["'self'"]
    assert not {"script-src", "style-src"} & policy.keys()


@pytest.mark.parametrize("url", [*STRICT, "/admin/", "/api/docs/", "/api/v1/sites/vesti/rules/"])
def test_every_answer_switches_off_features_that_no_page_uses(client, site, url):
    policy = client.get(url).headers["Permissions-Policy"]
    for feature in ("camera", "microphone", "geolocation", "payment", "usb"):
        assert f"{feature}=()" in policy
    assert "publickey-credentials" not in policy


# These answers are the same for signed-in and anonymous readers.
FOR_EVERYBODY = {"public", "max-age", "no-cache", "s-maxage"}


def every_answer(client, there):
    """Open every URL that exists; values of parameters are there or are made up."""
    for route in routes():
        path = route.filled({name: there.get(name, "1") for name in route.parameters})
        with undone():
            answer = client.get(path)
            if answer.streaming:
                # Reading it to its end closes the file.
                list(answer.streaming_content)
        yield path, answer


def faults_of(answer):
    policy = directives(answer)
    if policy.get("frame-ancestors") != ["'none'"]:
        yield "may be framed"
    if policy.get("object-src") != ["'none'"] or policy.get("base-uri") != ["'none'"]:
        yield "plugins or another base"
    if answer.headers["X-Content-Type-Options"] != "nosniff":
        yield "is sniffed"
    if answer.headers["Referrer-Policy"] != "strict-origin-when-cross-origin":
        yield "tells where its links were followed"
    kind = answer.headers.get("Content-Type", "")
    if kind.startswith("text/") and "charset=utf-8" not in kind.lower().replace('"', ""):
        yield f"has no charset: {kind}"


def test_every_url_answers_strictly_and_what_a_person_sees_is_stored_nowhere(
    clients, discussed, issued
):
    faults, personal = [], 0
    for who in ("stranger", "administrator"):
        for path, answer in every_answer(clients[who], discussed | issued):
            faults += [(who, path, fault) for fault in faults_of(answer)]
            caching = set(re.findall(r"[a-z-]+", answer.headers.get("Cache-Control", "")))
            if who == "stranger" or caching & FOR_EVERYBODY:
                continue
            personal += 1
            if "no-store" not in caching:
                faults.append((who, path, answer.headers.get("Cache-Control")))
    assert not faults
    assert personal > 100


@pytest.mark.parametrize(
    "path", ["/healthz", "/static/otklik/base.css", "/static/otklik/icons.svg", "/a%00b"]
)
def test_what_is_answered_early_is_strict_too(client, site, path):
    assert not list(faults_of(client.get(path)))


@pytest.mark.parametrize("path", ["/api/v1/access/", "/_allauth/app/v1/config"])
def test_programs_are_not_led_from_plain_http_to_https(client, site, settings, path):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/").status_code == 301
    refused = client.get(path)
    assert refused.status_code == 403
    assert refused.json()["code"] == "https_required"
    assert client.get(path, secure=True).status_code in {200, 401, 403}
    assert client.get(path, secure=True).content != refused.content


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "GET_"])
def test_no_url_takes_a_method_that_nobody_expects(client, site, method):
    assert client.generic(method, "/").status_code == 405
