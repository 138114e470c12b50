"""Runs the whole product as real processes on a separate database, and real browsers."""

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit, urlunsplit

import psutil
import psycopg
import pytest
from django.db import connection
from playwright.sync_api import expect, sync_playwright

from comments.models import CommentSettings
from core.models import Site
from demo import emails
from demo.articles import ARTICLES
from demo.people import READER
from devserver import processes
from devserver.embedded import valkey
from devserver.embedded.server import Server
from devserver.supervisor import Child, require_all, start, stop

from .discussions import sign_in_by_window
from .gallery.scenery import places as set_up
from .hosting import host_page

ROOT = Path(__file__).resolve().parent.parent.parent
FAILURES = ROOT / "var/failures"
DATABASE = "otklik_functional"
KEY = ARTICLES[0].key
CHROMIUM_FLAGS = [
    "--no-sandbox",  # it refuses to start as root with one
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SECONDS_TO_WAIT = 60


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.functional)


def wait_for(condition):
    """Return the first true value of `condition()`; fail after a minute without one."""
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while not (value := condition()):
        assert time.monotonic() < deadline, f"waited {SECONDS_TO_WAIT} s in vain"
        time.sleep(0.05)
    return value


def blocked():
    """How many queries wait for a lock that a test holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0]


@dataclass
class Stack:
    """Web, worker, beat and relay, each of which may be killed and started again."""

    url: str
    directory: Path
    environment: dict[str, str]
    valkey: Server
    children: dict[str, Child] = field(default_factory=dict)
    known: dict[str, processes.Process] = field(default_factory=dict)

    def start(self, process):
        logs = self.directory / "log"
        self.children[process.name] = start(process, logs=logs, environment=self.environment)
        self.known[process.name] = process

    def start_missing(self):
        for name in self.known.keys() - self.children.keys():
            self.start(self.known[name])

    def kill(self, name):
        """As `kill -9` does, and its own children with it."""
        child = self.children.pop(name)
        for process in psutil.Process(child.process.pid).children(recursive=True):
            process.kill()
        child.process.kill()
        child.process.wait()

    def stop_valkey(self):
        self.valkey.stop()

    def start_valkey(self):
        self.valkey = valkey.start(self.directory / "valkey", url=self.valkey.url)

    def manage(self, *arguments):
        subprocess.run(
            [sys.executable, ROOT / "manage.py", *arguments],
            env=os.environ | self.environment,
            stdout=subprocess.DEVNULL,
            check=True,
        )

    def is_ready(self):
        try:
            return urllib.request.urlopen(f"{self.url}/readyz").status == 200
        except OSError:  # refused, or cut off while it starts
            return False


@pytest.fixture(autouse=True)
def _quick_passwords():
    """None here: the server's processes read what the tests hash, and know no quick hash."""


@pytest.fixture(scope="session")
def stack(tmp_path_factory):
    with running_stack(tmp_path_factory.mktemp("stack"), _create_database()) as stack:
        yield stack


@contextmanager
def running_stack(directory, database_url, **environment):
    port = valkey.free_port()
    broker = valkey.start(directory / "valkey")
    url = f"http://127.0.0.1:{port}"
    stack = Stack(
        url=url,
        directory=directory,
        environment={
            "DATABASE_URL": database_url,
            "REDIS_URL": broker.url,
            "VAR_DIR": str(directory),
            "BASE_URL": url,
            "TASK_LOST_AFTER_SECONDS": "3",
            **environment,
        },
        valkey=broker,
    )
    stack.manage("migrate", "--verbosity=0")
    stack.manage("load_demo")
    try:
        for process in (processes.web(port), processes.worker, processes.beat, processes.relay):
            stack.start(process)
        wait_for(stack.is_ready)
        yield stack
        require_all(list(stack.children.values()))
    finally:
        stop(list(stack.children.values()))
        stack.valkey.stop()


def _create_database():
    address = urlsplit(os.environ["DATABASE_URL"])
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {DATABASE}")
    return urlunsplit(address._replace(path=f"/{DATABASE}"))


@pytest.fixture(autouse=True)
def _leave_it_whole(stack):
    """Restart processes that a failed test left stopped."""
    yield
    stack.start_missing()


@pytest.fixture(autouse=True)
def _look_where_the_processes_do(stack, settings, django_db_blocker, monkeypatch):
    """Models, files and letters in a test are those of the processes."""
    settings.EMAIL_FILE_PATH = stack.directory / "mail"
    settings.MEDIA_ROOT = stack.directory / "media"
    # Playwright keeps an event loop in this thread, from which Django would refuse to query.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    connection.close()
    address = urlsplit(stack.environment["DATABASE_URL"])
    monkeypatch.setitem(connection.settings_dict, "NAME", address.path.removeprefix("/"))
    if host := parse_qs(address.query).get("host"):
        monkeypatch.setitem(connection.settings_dict, "HOST", host[0])
    with django_db_blocker.unblock():
        yield
        connection.close()


@pytest.fixture
def letter_to(stack) -> Callable[..., emails.Letter]:
    """Wait for the newest letter to an address whose subject or text contains some words."""

    def letter_to(address, containing=""):
        return wait_for(
            lambda: next(
                (
                    letter
                    for letter in emails.newest(address=address)
                    if containing in f"{letter.subject}\n{letter.text}"
                ),
                None,
            )
        )

    return letter_to


@pytest.fixture(scope="module")
def chromium():
    # Not session-scoped: Playwright's running event loop breaks other synchronous tests.
    expect.set_options(timeout=SECONDS_TO_WAIT * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS
        )
        yield browser
        browser.close()


@pytest.fixture
def open_browser(chromium, stack, request):
    """Another person's browser: a page with a fresh profile. Errors on it fail the test."""
    contexts, errors = [], []

    def open_browser(**options):
        context = chromium.new_context(
            base_url=stack.url, **({"locale": "ru-RU", "timezone_id": "Europe/Moscow"} | options)
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(SECONDS_TO_WAIT * 1000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: _note_refusal(message, errors))
        return page

    yield open_browser
    if request.node.stash.get(FAILED, False):
        FAILURES.mkdir(parents=True, exist_ok=True)
        for number, context in enumerate(contexts):
            picture = FAILURES / f"{request.node.name}-{number}.png"
            context.pages[-1].screenshot(path=picture, full_page=True)
    for context in contexts:
        context.close()
    assert errors == []


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

        def hosted(key, **said):
            home = host_page(stack.url, key=key, port=valkey.free_port(), **said)
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
