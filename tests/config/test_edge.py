"""deploy/nginx.conf in a real nginx: whose address is counted, and what is refused."""

import json
import socket
import threading
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.conf import settings

from accounts.web import known_browsers
from comments.web import origins
from core.web.messages import MessageStorage
from tests.support.edge import request, running_edge, running_front
from tests.support.serving import serving

READER, OTHER = "127.0.0.5", "127.0.0.6"
FORGED = {"X-Forwarded-For": "203.0.113.9"}


class Web(BaseHTTPRequestHandler):
    """Answers with the headers that it was sent."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = json.dumps(dict(self.headers.items())).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_DELETE = answer  # noqa: N815 - as the server looks for them

    def log_message(self, *_arguments):
        pass


@pytest.fixture(scope="module")
def web():
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Web)) as server:
        yield server.server_address[1]


@pytest.fixture
def edge(web, tmp_path):
    # A new one for each test: nginx remembers what it has counted.
    with running_edge(tmp_path, web) as port:
        yield port


@pytest.fixture
def front(edge, tmp_path):
    with running_front(tmp_path, edge) as port:
        yield port


def forwarded(answer):
    headers = json.loads(answer.body)
    return headers["X-Forwarded-For"], headers["X-Forwarded-Proto"]


@pytest.mark.parametrize("headers", [{}, FORGED], ids=["honest", "forged"])
def test_behind_the_edge_alone_the_visitor_has_their_own_address(edge, headers):
    answer = request(edge, "/", client=READER, headers=headers)
    assert forwarded(answer) == (READER, "http")


@pytest.mark.parametrize("headers", [{}, FORGED], ids=["honest", "forged"])
def test_behind_two_servers_the_visitor_has_their_own_address(front, headers):
    answer = request(front, "/", client=READER, headers=headers)
    assert forwarded(answer) == (READER, "https")


@pytest.mark.parametrize("proto", ["https", "http", "https, http"])
def test_a_visitor_of_the_edge_cannot_say_that_tls_was_used(edge, proto):
    answer = request(edge, "/", client=READER, headers={"X-Forwarded-Proto": proto, **FORGED})
    assert forwarded(answer) == (READER, "http")


OWN_COOKIES = [
    *(settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME),
    *(known_browsers.COOKIE, MessageStorage.storage_classes[0].cookie_name, origins.POPUP_COOKIE),
]


def cookies_behind(edge, *pairs):
    # HTTP sends bytes; Python's client takes them for Latin-1.
    header = "; ".join(pairs).encode().decode("latin-1")
    passed = json.loads(request(edge, "/", headers={"Cookie": header}).body).get("Cookie", "")
    return [pair for pair in passed.split("; ") if pair]


@pytest.mark.parametrize("prefix", ["", "__Host-"])
def test_cookies_of_neighbours_outside_ascii_do_not_hide_ours(edge, prefix):
    own = [
        f"{prefix}{name.removeprefix('__Host-')}=a.b:c-{at}" for at, name in enumerate(OWN_COOKIES)
    ]
    for foreign in ("город=1", "city=Москва", "é=é"):
        for at in (0, 3, len(own)):
            pairs = [*own[:at], foreign, "plain=1", *own[at:]]
            assert sorted(cookies_behind(edge, *pairs)) == sorted(own)
    assert cookies_behind(edge, "город=1", f"x{own[0]}") == []


def test_cookies_in_ascii_are_passed_on_as_they_are(edge):
    pairs = ["plain=1", 'messages="a b"', "sessionid=x"]
    assert cookies_behind(edge, *pairs) == pairs
    assert "Cookie" not in json.loads(request(edge, "/").body)


AMBIGUOUS = {
    "two lengths": "Content-Length: 4\r\nContent-Length: 5\r\n",
    "a length beside chunks": "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
    "a misspelt coding": "Transfer-Encoding: xchunked\r\n",
    "a folded header": "X-One: a\r\n Transfer-Encoding: chunked\r\n",
    "a space before the colon": "Transfer-Encoding : chunked\r\n",
}


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_a_request_whose_end_can_be_read_in_two_ways_is_refused(edge, name):
    hidden = "0\r\n\r\nGET /hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"
    text = f"POST / HTTP/1.1\r\nHost: localhost\r\n{AMBIGUOUS[name]}\r\n{hidden}"
    with socket.create_connection(("127.0.0.1", edge), timeout=60) as connection:
        connection.sendall(text.encode())
        connection.shutdown(socket.SHUT_WR)
        received = b"".join(iter(lambda: connection.recv(4000), b""))
    statuses = [line.split()[1] for line in received.splitlines() if line.startswith(b"HTTP/1.1")]
    assert len(statuses) == 1, received
    assert statuses[0] in {b"400", b"501"}


def test_the_edge_takes_no_trace(edge):
    assert request(edge, "/", method="TRACE").status == 405


def statuses(port, path, *, count, **options):
    return [request(port, path, **options).status for _ in range(count)]


# More requests than the burst.
LIMITED = {
    "a write": ("/api/v1/sites/vesti/threads/a/comments/", {"method": "POST"}, 110),
    "signing in": ("/accounts/login/", {"method": "POST"}, 60),
    "the headless API": ("/_allauth/browser/v1/auth/session", {"method": "DELETE"}, 60),
    "a certificate by code": ("/certificates/claim/", {"method": "POST"}, 60),
    "a file to verify": ("/verify/", {"method": "POST"}, 60),
    "a code to verify": ("/v/ABCD/", {}, 60),
    "a code to verify by API": ("/api/v1/verify/ABCD/", {}, 60),
    "an upload": ("/programmes/publication/", {"method": "POST", "body": b"x" * 100_000}, 25),
}


@pytest.mark.parametrize("name", LIMITED)
def test_a_network_that_floods_is_refused_and_another_is_not(front, name):
    path, options, count = LIMITED[name]
    answered = statuses(front, path, count=count, client=READER, **options)
    assert set(answered) == {200, 429}
    assert request(front, path, client=OTHER, **options).status == 200
    assert request(front, "/", client=READER).status == 200


def test_an_ipv6_network_is_counted_as_one_and_its_neighbour_is_not(edge):
    """One person may have a whole /64. Its addresses come from the server that ends TLS."""

    def sign_in_from(ip):
        return request(
            edge, "/accounts/login/", method="POST", headers={"X-Forwarded-For": ip}
        ).status

    # Their bytes include zeros and line feeds.
    own = [f"2001:db8:a:1:{number:x}:a00::{number:x}" for number in range(60)]
    assert {sign_in_from(ip) for ip in own} == {200, 429}
    for neighbour in ("2001:db8:a:2::1", "2001:db8:a::a", "2001:db8:b:1::a", "192.0.2.10"):
        assert sign_in_from(neighbour) == 200


@pytest.mark.parametrize(
    "path", ["/", "/api/v1/sites/vesti/threads/a/comments/", "/accounts/login/", "/verify/"]
)
def test_reading_is_never_refused(front, path):
    assert set(statuses(front, path, count=120, client=READER)) == {200}


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/accounts/login/", "text/plain; charset=utf-8"),
        ("/_allauth/browser/v1/auth/login", "application/problem+json"),
    ],
)
def test_a_refusal_says_what_to_do(edge, path, media_type):
    refused = next(
        answer
        for answer in (request(edge, path, method="POST") for _ in range(120))
        if answer.status == 429
    )
    assert refused.headers["Content-Type"] == media_type
    assert refused.headers["Retry-After"] == "5"
    assert refused.headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in refused.headers["Content-Security-Policy"]
    text = refused.body.decode()
    if media_type == "application/problem+json":
        assert json.loads(text)["code"] == "too_many_requests"
    else:
        assert "Подождите" in text


def test_a_body_that_never_comes_ends_the_connection(edge):
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nthe beginning"
    with socket.create_connection(("127.0.0.1", edge), timeout=60) as slow:
        slow.sendall(head)
        try:
            received = slow.recv(1000)
        except ConnectionResetError:
            received = b""
    assert received == b""


def test_two_hundred_slow_clients_keep_nobody_waiting(edge):
    """They stop in the headers or in the body; the web processes hear of neither."""
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\n"
    with ExitStack() as stack:
        for number in range(200):
            slow = stack.enter_context(socket.create_connection(("127.0.0.1", edge), timeout=60))
            slow.sendall(head if number % 2 else head + b"Content-Length: 1000\r\n\r\na")
        before = threading.active_count()
        assert statuses(edge, "/", count=20, client=READER) == [200] * 20
        # The server behind the edge has a thread for each connection that the edge opens.
        assert threading.active_count() - before < 20
