"""The proxy passes everything on, cuts in three ways, and heals at the same port."""

import os
import socket
import socketserver
from contextlib import contextmanager

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.support.serving import serving
from tests.support.soak.network import Cut, Link, Server, linked
from tests.support.waiting import wait_for


class _Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(1024):
            self.request.sendall(data)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


@pytest.fixture
def link():
    with serving(_Server(("127.0.0.1", 0), _Echo)) as server:
        link = Link(Server(host="127.0.0.1", port=server.server_address[1]))
        try:
            yield link
        finally:
            link.close()


@contextmanager
def connected(link):
    with socket.create_connection(("127.0.0.1", link.port), timeout=10) as client:
        yield client


def echoed(client, text):
    client.sendall(text)
    return client.recv(1024)


def test_everything_passes_both_ways(link):
    with connected(link) as one, connected(link) as other:
        assert echoed(one, b"one") == b"one"
        assert echoed(other, b"other") == b"other"


def test_an_end_is_passed_on(link):
    with connected(link) as client:
        assert echoed(client, b"last") == b"last"
        client.shutdown(socket.SHUT_WR)
        assert client.recv(1024) == b""


def test_a_refused_network_ends_connections_and_takes_none(link):
    with connected(link) as client:
        assert echoed(client, b"before") == b"before"
        link.cut(Cut.REFUSED)
        with pytest.raises(ConnectionResetError):
            client.recv(1024)
    with pytest.raises(ConnectionRefusedError), connected(link):
        pass


def test_a_reset_network_ends_connections_old_and_new(link):
    with connected(link) as client:
        assert echoed(client, b"before") == b"before"
        link.cut(Cut.RESET)
        with pytest.raises(ConnectionResetError):
            client.recv(1024)
    with pytest.raises(ConnectionResetError), connected(link) as client:
        wait_for(lambda: not echoed(client, b"x"))


def test_a_silent_network_passes_nothing_until_it_is_healed(link):
    with connected(link) as client:
        assert echoed(client, b"before") == b"before"
        link.cut(Cut.SILENT)
        client.sendall(b"during")
        with connected(link) as another:
            another.sendall(b"new")
            client.settimeout(0.2)
            with pytest.raises(TimeoutError):
                client.recv(1024)
            client.settimeout(10)
            link.heal()
            assert client.recv(1024) == b"during"
            assert another.recv(1024) == b"new"


@pytest.mark.parametrize("how", Cut)
def test_a_healed_network_passes_at_the_same_port(how, link):
    port = link.port
    link.cut(how)
    link.heal()
    assert link.port == port
    with connected(link) as client:
        assert echoed(client, b"after") == b"after"


def test_postgresql_answers_through_it():
    url = os.environ["DATABASE_URL"]
    with linked(url) as link, psycopg.connect(link.url(url)) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
        link.cut(Cut.RESET)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


def test_valkey_behind_its_password_answers_through_it(settings):
    with (
        linked(settings.REDIS_URL) as link,
        redis.Redis.from_url(link.url(settings.REDIS_URL), retry=Retry(NoBackoff(), 0)) as client,
    ):
        assert client.ping()
        link.cut(Cut.REFUSED)
        with pytest.raises(redis.ConnectionError):
            client.ping()


def test_a_network_that_is_cut_is_given_up_after_half_a_minute(settings):
    """By default the system would try for a quarter of an hour, and a thread of ours with it."""
    url = os.environ["DATABASE_URL"]
    # Without the folder of the socket.
    options = settings.DATABASES["default"]["OPTIONS"] | {"host": "127.0.0.1"}
    with linked(url) as link, psycopg.connect(link.url(url), **options) as connection:
        client = socket.socket(fileno=os.dup(connection.fileno()))
        with client:
            assert client.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 30_000
            assert client.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            silent = [
                client.getsockopt(socket.IPPROTO_TCP, name)
                for name in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
            ]
    idle, interval, count = silent
    assert idle + interval * count <= 30
