"""The headers that protect a page in a browser, on every page."""

import pytest
from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from lxml import html

from accounts.models import Role
from tests.support.people import signed_in

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
