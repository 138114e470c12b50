"""Slow requests leave threads and the processor to those that are answered from memory."""

import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from io import BytesIO, StringIO

import pytest
from allauth.socialaccount.adapter import get_adapter
from django.db import connection
from django.test import Client

from comments.actions import post_comment
from comments.permissions import find_thread
from comments.reading import snapshots
from config.wsgi import MOST_BODIES, _may_be_quick, _Request, application
from core.errors import Busy
from core.slow_requests import PREPARING, SLOW, Lane, waiting
from devserver import processes
from tests.support.parallel import in_parallel
from tests.support.paths import ROOT
from tests.support.people import new_person
from tests.support.waiting import wait_for

SECONDS = 30


@pytest.fixture
def crowd():
    """Return a function that holds a place in a lane for each network until the test is over."""
    over = threading.Event()
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(64))
        stack.callback(over.set)

        def hold(lane, network):
            with lane.take(network):
                over.wait(SECONDS)

        def crowd(lane, *networks):
            held = lane.held
            for network in networks:
                pool.submit(hold, lane, network)
            wait_for(lambda: lane.held == held + len(networks))

        yield crowd


def fill(crowd, lane):
    crowd(lane, *(f"192.0.2.{number}" for number in range(lane.most)))


def test_a_full_lane_refuses_at_once(crowd):
    lane = Lane(most=3, at_once=2)
    fill(crowd, lane)
    with pytest.raises(Busy) as refusal, lane.take("198.51.100.1"):
        pass
    assert int(refusal.value.headers["Retry-After"]) > 0


def test_a_network_leaves_a_third_of_the_lane_to_others(crowd):
    lane = Lane(most=6, at_once=6)
    crowd(lane, *["192.0.2.1"] * 4)
    with pytest.raises(Busy), lane.take("192.0.2.1"):
        pass
    with lane.take("192.0.2.2"):
        assert lane.held == 5


def test_a_part_of_a_request_is_in_its_lane_already():
    lane = Lane(most=1, at_once=1)
    with lane.take("192.0.2.1"), lane.take("192.0.2.1"), PREPARING.take("192.0.2.1"):
        assert (lane.held, PREPARING.held) == (1, 0)
    with lane.take("192.0.2.1"):
        assert lane.held == 1


def test_an_error_leaves_no_place_taken():
    lane = Lane(most=1, at_once=1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), lane.take("192.0.2.1"):
            raise ZeroDivisionError
    assert (lane.held, lane._in_work._value, lane._processor.locked()) == (0, 1, False)


def test_one_request_computes_while_another_waits_for_something_outside():
    lane = Lane(most=2, at_once=2)
    with ThreadPoolExecutor(1) as pool:

        def computes():
            with lane.take("192.0.2.2"):
                return lane._processor.locked()

        with lane.take("192.0.2.1"):
            assert lane._processor.locked()
            with waiting():
                assert pool.submit(computes).result(SECONDS)
                assert not lane._processor.locked()
            assert lane._processor.locked()


@pytest.mark.django_db
def test_a_statement_is_such_a_wait():
    lane, during = Lane(most=1, at_once=1), []

    def note(execute, *rest):
        during.append(lane._processor.locked())
        return execute(*rest)

    with lane.take("192.0.2.1"):
        with connection.execute_wrapper(note), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        assert lane._processor.locked()
    assert during == [False]


def test_a_child_process_leaves_its_place_to_others():
    """Also if those have all places when it ends: they may wait for a row that it has locked."""
    lane, over = Lane(most=3, at_once=1), threading.Event()
    with ThreadPoolExecutor(1) as pool:

        def takes_the_place():
            with lane.take("192.0.2.2"):
                over.wait(SECONDS)

        with lane.take("192.0.2.1"):
            with waiting(long=True):
                other = pool.submit(takes_the_place)
                wait_for(lambda: lane._in_work._value == 0)
            over.set()
            other.result(SECONDS)
    assert lane._in_work._value == 1


def test_waiting_outside_of_a_lane_changes_nothing():
    with waiting(), waiting(long=True):
        pass


@pytest.fixture
def thread(site):
    thread = find_thread(site.slug, "article-1")
    post_comment(author=new_person("anna@example.org", "Анна К."), thread=thread, text="Согласна")
    return find_thread(site.slug, "article-1")


def by_wsgi(path, method="GET"):
    """Ask as Granian does; return the status, the headers and the body."""
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "192.0.2.99",
        "wsgi.input": BytesIO(),
        "wsgi.errors": StringIO(),
        "wsgi.url_scheme": "http",
    }
    begun = []
    body = b"".join(application.application(environ, lambda *given: begun.append(given)))
    ((status, headers),) = begun
    return status, dict(headers), body


@pytest.mark.django_db(transaction=True)
def test_django_computes_in_the_lane_from_its_first_line_on(site, monkeypatch):
    held = []

    class Request(_Request):
        def __init__(self, environ):
            held.append((SLOW.held, environ["PATH_INFO"]))
            super().__init__(environ)

    monkeypatch.setattr(application.application, "request_class", Request)
    page = "/api/v1/sites/vesti/threads/article-1/comments/"
    for path in ("/verify/", page, "/healthz", "/static/none.js"):
        by_wsgi(path)
    by_wsgi(page, "POST")
    assert held == [
        (1, "/verify/"), (0, page), (0, "/healthz"), (0, "/static/none.js"), (1, page)
    ]  # fmt: skip
    assert SLOW.held == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("method", "path", "is_quick"),
    [
        ("GET", "/healthz", True),
        ("GET", "/static/core/base.css", True),
        ("OPTIONS", "/api/v1/comments/", True),
        ("GET", "/api/v1/sites/vesti/threads/~a/comments/", True),
        ("HEAD", "/api/v1/sites/vesti/counts/", True),
        ("POST", "/api/v1/sites/vesti/threads/~a/comments/", False),
        ("GET", "/api/v1/sites/vesti/threads/~a/viewer/", False),
        ("POST", "/static/core/base.css", False),
        ("GET", "/accounts/login/", False),
    ],
)
def test_only_what_a_middleware_answers_passes_the_lane_by(method, path, is_quick):
    assert _may_be_quick({"REQUEST_METHOD": method, "PATH_INFO": path}) is is_quick


def test_who_finds_no_place_before_django_gets_its_refusal(crowd, site):
    fill(crowd, SLOW)
    status, headers, body = by_wsgi("/api/v1/sites/vesti/")
    assert (status, headers["Retry-After"]) == ("503 Service Unavailable", "5")
    assert "Permissions-Policy" in headers
    assert json.loads(body)["code"] == "busy"
    assert by_wsgi("/healthz")[0] == "200 OK"


@pytest.mark.usefixtures("thread")
@pytest.mark.django_db(transaction=True)
def test_readers_are_answered_while_slow_requests_take_all_their_places(client, crowd):
    page = "/api/v1/sites/vesti/threads/article-1/comments/"
    fill(crowd, SLOW)
    # The first is prepared in another lane, the second comes from memory.
    for _ in range(2):
        assert client.get(page).json()["branches"][0]["comment"]["html"] == "<p>Согласна</p>"
    assert client.get("/healthz").status_code == 200
    assert client.get("/verify/").status_code == 503


@pytest.mark.parametrize("path", ["/verify/", "/api/v1/sites/vesti/", "/_allauth/app/v1/config"])
@pytest.mark.django_db(transaction=True)
def test_who_is_refused_learns_when_to_come_back(crowd, site, path):
    fill(crowd, SLOW)
    answer = Client().get(path)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer["Cache-Control"] == "no-store"
    if path.startswith("/api/"):
        assert answer.json()["code"] == "busy"
    elif path.startswith("/_allauth/"):
        assert answer.json()["errors"][0]["code"] == "busy"
    else:
        assert "Сервер сейчас занят" in answer.content.decode()


def test_every_web_process_has_more_threads_than_can_be_slow():
    most = SLOW.most + PREPARING.most + MOST_BODIES
    command = " ".join(processes.web(8000).command)
    files = [command, *((ROOT / name).read_text() for name in ("Dockerfile", "docker-compose.yml"))]
    for text in files:
        threads = re.search(r'--blocking-threads"?,? "?(\d+)', text)
        assert threads
        assert int(threads[1]) > most


def test_a_slow_provider_of_sign_in_holds_up_nobody(monkeypatch):
    during = []
    monkeypatch.setattr(
        "requests.Session.request", lambda *_args, **_more: during.append(SLOW._in_work._value)
    )
    most = SLOW._in_work._value
    with SLOW.take("192.0.2.1"):
        get_adapter().get_requests_session().request("GET", "https://provider.example/")
    assert during == [most]


@pytest.mark.django_db(transaction=True)
def test_readers_who_miss_a_page_together_have_it_prepared_once(thread, monkeypatch):
    prepared = []
    make = snapshots.thread_page

    def thread_page(*args):
        prepared.append(1)
        wait_for(lambda: PREPARING.held == PREPARING.most)
        return make(*args)

    monkeypatch.setattr(snapshots, "thread_page", thread_page)
    snapshots.clear()
    answers = []

    def read(number):
        page = "/api/v1/sites/vesti/threads/article-1/comments/"
        answers.append(Client(REMOTE_ADDR=f"192.0.2.{number}").get(page).status_code)

    in_parallel(read, PREPARING.most)
    assert answers == [200] * PREPARING.most
    assert len(prepared) == 1
