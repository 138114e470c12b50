"""Runs the whole product as real processes on a separate database, and real browsers."""

import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit, urlunsplit

import psycopg
import pytest
from django.db import connection
from playwright.sync_api import expect

from comments.models import CommentSettings
from core.models import Site
from demo import emails
from demo.articles import ARTICLES
from demo.people import READER
from devserver.embedded import postgresql, valkey
from tests.support.browser.discussions import sign_in_by_window
from tests.support.browser.gallery.scenery import places as set_up
from tests.support.browser.hosting import host_page
from tests.support.browser.launching import new_page, running_chromium
from tests.support.browser.stack import running_stack
from tests.support.paths import ROOT
from tests.support.waiting import wait_for

FAILURES = ROOT / "var/failures"
# Each process of `pytest -n` runs a separate stack.
DATABASE = f"otklik_functional_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
KEY = ARTICLES[0].key


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.functional)


@pytest.fixture(autouse=True)
def _quick_passwords():
    """None here: the server's processes read what the tests hash, and know no quick hash."""


@pytest.fixture(scope="session")
def stack(tmp_path_factory):
    with running_stack(tmp_path_factory.mktemp("stack"), _create_database()) as stack:
        yield stack


def _create_database():
    """Copy the migrated database, where this run has one."""
    template = os.environ["MIGRATED_DATABASE"] or "template1"
    address = urlsplit(os.environ["DATABASE_URL"])
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {DATABASE} TEMPLATE {template}")
    url = urlunsplit(address._replace(path=f"/{DATABASE}"))
    return postgresql.application_url(url) if os.environ["MIGRATED_DATABASE"] else url


@pytest.fixture(autouse=True)
def _leave_it_whole(stack):
    """Restart processes that a failed test left stopped."""
    yield
    stack.start_missing()


@pytest.fixture(autouse=True)
def _look_where_the_processes_do(stack, settings, django_db_blocker, monkeypatch):
    """Models, files and e-mails in a test are those of the processes."""
    settings.EMAIL_FILE_PATH = stack.directory / "mail"
    settings.MEDIA_ROOT = stack.directory / "media"
    settings.BASE_URL = stack.url
    connection.close()
    address = urlsplit(stack.environment["DATABASE_URL"])
    monkeypatch.setitem(connection.settings_dict, "NAME", address.path.removeprefix("/"))
    if host := parse_qs(address.query).get("host"):
        monkeypatch.setitem(connection.settings_dict, "HOST", host[0])
    with django_db_blocker.unblock():
        yield
        connection.close()


@pytest.fixture
def email_to(stack) -> Callable[..., emails.StoredEmail]:
    """Wait for the newest e-mail to an address whose subject or text contains some words."""

    def email_to(address, containing=""):
        return wait_for(
            lambda: next(
                (
                    email
                    for email in emails.newest(address=address)
                    if containing in f"{email.subject}\n{email.text}"
                ),
                None,
            )
        )

    return email_to


@pytest.fixture(scope="module")
def chromium():
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def open_browser(chromium, stack, request):
    """Another person's browser: a page with a fresh profile. Errors on it fail the test."""
    contexts, errors = [], []

    def open_browser(**options):
        context = chromium.new_context(
            base_url=stack.url, **({"locale": "ru-RU", "timezone_id": "Europe/Moscow"} | options)
        )
        contexts.append(context)
        page = new_page(context)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: _note_refusal(message, errors))
        return page

    yield open_browser
    # To take a picture, the browser's driver puts a style into the page.
    errors_of_page = list(errors)
    if request.node.stash.get(FAILED, False):
        FAILURES.mkdir(parents=True, exist_ok=True)
        for number, context in enumerate(one for one in contexts if one.pages):
            picture = FAILURES / f"{request.node.name}-{number}.png"
            context.pages[-1].screenshot(path=picture, full_page=True)
    for context in contexts:
        context.close()
    assert errors_of_page == []


def _note_refusal(message, errors):
    # Violations of the content security policy are reported only on the console.
    if message.type == "error" and "Content Security Policy" in message.text:
        errors.append(message.text)


@pytest.fixture
def page(open_browser):
    return open_browser()


@pytest.fixture
def hosted(stack):
    """Serve a page of the publication with a discussion, on another origin; its address."""
    CommentSettings.objects.update(rates=[])  # tests write faster than people
    addresses = [stack.url]
    with ExitStack() as homes:

        def hosted(key, **attributes):
            home = host_page(stack.url, key=key, port=valkey.free_port(), **attributes)
            addresses.append(homes.enter_context(home))
            Site.objects.update(origins=addresses)
            return addresses[-1]

        yield hosted


@pytest.fixture(scope="module")
def gallery_homes(stack):
    """By language: a page of another origin with the discussion of the first article."""
    with ExitStack() as homes:
        yield {
            language: homes.enter_context(
                host_page(stack.url, key=KEY, port=valkey.free_port(), language=language)
            )
            for language in ("ru", "en")
        }


@pytest.fixture(scope="module")
def _gallery_places():
    return {}


@pytest.fixture
def places(stack, gallery_homes, _gallery_places):
    """By language: where the things are that pages of the gallery are about."""
    Site.objects.update(origins=[stack.url, *gallery_homes.values()])
    if not _gallery_places:  # made once, after the fixtures of a test have let models be queried
        made = set_up(home="", wait_for=wait_for)
        _gallery_places.update(
            {language: replace(made, home=home) for language, home in gallery_homes.items()}
        )
    return _gallery_places


@pytest.fixture
def reader(page, hosted, request):
    """A page on another origin, with a discussion named after the test and its reader signed in."""
    page.goto(hosted(request.node.name))
    sign_in_by_window(page, page.get_by_role("button", name="Войти"))
    expect(page.get_by_role("status").last).to_contain_text(f"Вы вошли как {READER.name}")
    return page


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report
