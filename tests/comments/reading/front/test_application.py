"""The front repeats what Django answers, to the byte, and nothing that is older than a second."""

import io
import json
import logging
from itertools import product
from urllib.parse import quote

import pytest
import structlog
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test.utils import CaptureQueriesContext

from accounts.actions import rename
from comments.actions import (
    Decision,
    decide,
    edit_comment,
    post_comment,
    react,
    set_up_thread,
    withdraw_comment,
)
from comments.models import Comment, Thread
from comments.privacy.erasure import erase_author, refresh_author
from comments.reading import snapshots
from comments.reading.front import Front, application, watch
from comments.states import DecisionKind, Placeholder, ReactionKind
from config.wsgi import _Handler
from core.models import Site
from tests.support.people import signed_in

pytestmark = pytest.mark.django_db
PAGE = "/api/v1/sites/vesti/threads/article-1/comments/"
COUNTS = "/api/v1/sites/vesti/counts/"
ORIGIN = "https://vesti.example"
django = _Handler()
BOUND = watch.MOST_AGE


@pytest.fixture(autouse=True)
def _one_connection():
    """That of the test, in its transaction. Django closes it after a request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def front(thread, monkeypatch):
    """Starts no thread: a test calls `front.watch.check()` where one would."""
    # However slow the machine is.
    for module in (watch, application):
        monkeypatch.setattr(module, "MOST_AGE", 300.0)
    snapshots.clear()
    thread.site.origins = [ORIGIN, "http://testserver"]
    thread.site.save()
    return Front(_Handler(), starts_threads=False)


def ask(app, path=PAGE, *, method="GET", query="", **headers):
    """Return the status, the headers and the body of an answer."""
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "192.0.2.1",
        "HTTP_HOST": "testserver",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http",
    } | {name: value for name, value in headers.items() if value is not None}
    begun = []
    answer = app(environ, lambda status, given, *_error: begun.append((status, given)))
    body = b"".join(answer)
    getattr(answer, "close", lambda: None)()
    ((status, given),) = begun
    return status, given, body


def statements(act):
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def kept_answer(front, **request):
    """Ask until the answer is kept, and return it with the number of statements it took."""
    ask(front, **request)
    front.watch.check()
    ask(front, **request)
    with CaptureQueriesContext(connection) as captured:
        answer = ask(front, **request)
    return answer, len(captured)


QUERIES = ["", "sort=oldest", "sort=newest", "sort=best"]
CODINGS = [None, "gzip", "gzip, deflate, br, zstd", "br", "GZIP"]


@pytest.mark.parametrize(("query", "coding"), list(product(QUERIES, CODINGS)))
def test_a_kept_page_is_what_django_answers_and_takes_no_statement(front, say, query, coding):
    say("Раз")
    for origin in (None, ORIGIN):
        request = {"query": query, "HTTP_ACCEPT_ENCODING": coding, "HTTP_ORIGIN": origin}
        answer, count = kept_answer(front, **request)
        assert answer == ask(django, **request)
        assert (answer[0], count) == ("200 OK", 0)
        assert ask(front, method="HEAD", **request) == ask(django, method="HEAD", **request)
        request["HTTP_IF_NONE_MATCH"] = dict(answer[1])["ETag"]
        unchanged, count = kept_answer(front, **request)
        assert unchanged == ask(django, **request)
        assert (unchanged[0], unchanged[2], count) == ("304 Not Modified", b"", 0)
        request["HTTP_IF_NONE_MATCH"] = '"of-an-older-version"'
        assert kept_answer(front, **request) == (ask(django, **request), 0)


def session_of(user):
    return f"sessionid={signed_in(user).cookies['sessionid'].value}"


REQUESTS = {
    "another host": {"HTTP_HOST": "somewhere.example"},
    "a host that is none": {"HTTP_HOST": "a b"},
    "English": {"HTTP_ACCEPT_LANGUAGE": "en"},
    "a cookie of the language": {"HTTP_COOKIE": "django_language=en"},
    "a session that is none": {"HTTP_COOKIE": "sessionid=made-up"},
    "a quoted cookie": {"HTTP_COOKIE": 'a="\\000"'},
    "a token that is none": {"HTTP_AUTHORIZATION": "Bearer made-up"},
    "another origin": {"HTTP_ORIGIN": "https://somewhere.example"},
    "no origin": {"HTTP_ORIGIN": "null"},
    "XML": {"HTTP_ACCEPT": "text/xml"},
    "HTML": {"HTTP_ACCEPT": "text/html"},
    "an unknown parameter": {"query": "utm_source=mail"},
    "an unknown order": {"query": "sort=worst"},
    "an order twice": {"query": "sort=best&sort=newest"},
    "a made-up cursor": {"query": "cursor=made-up"},
    "a comment": {"query": "comment=1"},
    "a NUL": {"query": "sort=%00"},
    "gzip refused": {"HTTP_ACCEPT_ENCODING": "gzip;q=0, br"},
    "gzip weighed": {"HTTP_ACCEPT_ENCODING": "gzip;q=0.5"},
    "HTTPS": {"wsgi.url_scheme": "https"},
    "HTTPS by a header": {"HTTP_X_FORWARDED_PROTO": "https"},
    "a proxy": {"HTTP_X_FORWARDED_FOR": "203.0.113.9"},
    "no address": {"REMOTE_ADDR": ""},
    "an address that is none": {"REMOTE_ADDR": "here"},
    "any version": {"HTTP_IF_NONE_MATCH": "*"},
    "a weak version": {"HTTP_IF_NONE_MATCH": "W/{etag}"},
    "a list of versions": {"HTTP_IF_NONE_MATCH": '"a", {etag}'},
    "a broken version": {"HTTP_IF_NONE_MATCH": "a{etag}"},
    "another condition": {"HTTP_IF_MATCH": '"a"'},
    "a date": {"HTTP_IF_MODIFIED_SINCE": "Wed, 01 Jan 2031 00:00:00 GMT"},
    "a range": {"HTTP_RANGE": "bytes=0-3"},
    "a broken type": {"CONTENT_TYPE": "text/plain; charset=base64"},
    "a body": {"CONTENT_LENGTH": "4", "wsgi.input": io.BytesIO(b"body")},
    "POST": {"method": "POST"},
    "OPTIONS": {"method": "OPTIONS", "HTTP_ORIGIN": ORIGIN},
    "another method": {"method": "TRACE"},
    "another spelling": {"path": "/api/v1/sites/vesti/threads/~article%2D1/comments/"},
    "no slash": {"path": PAGE.removesuffix("/")},
    "no thread": {"path": PAGE.replace("article-1", "article-2")},
    "no site": {"path": PAGE.replace("vesti", "nowhere")},
}
INSTALLATIONS = {
    "plain": {},
    "https": {"SECURE_SSL_REDIRECT": True, "SECURE_HSTS_SECONDS": 31_536_000},
    "proxies": {
        "TRUSTED_PROXY_COUNT": 1,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
    },
}


@pytest.mark.parametrize("installation", INSTALLATIONS)
@pytest.mark.parametrize("unusual", REQUESTS)
def test_every_other_request_gets_what_django_answers(front, say, settings, unusual, installation):
    say("Раз")
    for name, value in INSTALLATIONS[installation].items():
        setattr(settings, name, value)
    handler = _Handler()
    front.application = handler
    scheme = {"wsgi.url_scheme": "https"} if installation == "https" else {}
    # Both orders of the two requests: neither answer may become the other's.
    usual = {"HTTP_ACCEPT_ENCODING": "gzip"} | scheme
    etag = dict(kept_answer(front, **usual)[0][1])["ETag"]
    request = usual | {
        name: value.replace("{etag}", etag) if isinstance(value, str) else value
        for name, value in REQUESTS[unusual].items()
    }
    for _ in range(2):
        expected = ask(handler, **request)
        assert without_ids(ask(front, **request)) == without_ids(expected)
        assert ask(front, **usual) == ask(handler, **usual)
        front.watch.check()


def without_ids(answer):
    status, headers, body = answer
    return status, [one for one in headers if one[0] != "Set-Cookie"], body


def test_a_signed_in_reader_gets_what_django_answers(front, say, reader, editor):
    say("Раз")
    for person in (reader, editor):
        cookie = session_of(person)
        answer, count = kept_answer(front, HTTP_COOKIE=cookie)
        assert answer == ask(django, HTTP_COOKIE=cookie) == ask(django)
        assert count == 0


def test_an_empty_body_is_none(front, say):
    """Some clients send its length."""
    say("Раз")
    answer, count = kept_answer(front, CONTENT_LENGTH="0")
    assert (answer, count) == (ask(django), 0)


@pytest.mark.parametrize(
    "key", ["статьи/1", "a/comments", "с пробелом?", "~", "https://a.example/?b=1"]
)
def test_each_key_has_two_spellings(front, site, reader, say, key):
    thread = Thread.objects.create(site=site, key=key)
    say("Раз", into=thread)
    for written in (key, "~" + quote(key, safe="!*'()")):
        path = f"/api/v1/sites/vesti/threads/{written}/comments/"
        answer, _count = kept_answer(front, path=path)
        assert answer == ask(django, path=path)


def test_a_page_for_registered_readers_is_never_kept(front, say, thread, reader):
    say("Раз")
    kept_answer(front)
    Thread.objects.filter(pk=thread.pk).update(registered_only=True)
    front.watch.check()
    cookie = session_of(reader)
    for _ in range(2):
        assert ask(front)[0] == ask(django)[0] != "200 OK"
        assert ask(front, HTTP_COOKIE=cookie)[0] == "200 OK"
        front.watch.check()


def by_new_name(comment, author, _editor):
    rename(user=author, name="Анна Каренина")
    refresh_author(user_id=author.pk)


def by_edit(comment, author, _editor):
    edit_comment(comment=comment, author=author, text="Два")


def by_reaction(comment, _author, editor):
    react(comment=comment, user=editor, kind=ReactionKind.UP)


def by_removal(comment, _author, editor):
    decision = Decision(DecisionKind.REMOVE, rule_code="spam", placeholder=Placeholder.TOMBSTONE)
    decide(comment=comment, decision=decision, editor=editor)


def by_withdrawal(comment, author, _editor):
    withdraw_comment(comment=comment, author=author)


def by_reply(comment, author, _editor):
    post_comment(author=author, thread=comment.thread, text="Ответ", parent_id=comment.pk)


def by_erasure(_comment, author, _editor):
    erase_author(user=author, keeps_comments=False)


def by_closing_to_strangers(comment, _author, editor):
    set_up_thread(thread=comment.thread, actor=editor, title="", url="", registered_only=True)


CHANGES = [
    *(by_new_name, by_edit, by_reaction, by_removal, by_withdrawal, by_reply, by_erasure),
    by_closing_to_strangers,
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("is_told", [True, False])
def test_a_change_ends_what_is_kept(  # noqa: PLR0917 - fixtures
    front, say, reader, editor, rulebook, change, is_told, django_capture_on_commit_callbacks
):
    """At once by the message, and by the next check without one."""
    comment = say("Раз")
    before, _count = kept_answer(front)
    with django_capture_on_commit_callbacks(execute=is_told):
        change(comment, reader, editor)
    if not is_told:
        assert ask(front) == before
        front.watch.check()
    assert ask(front) == ask(django) != before


def test_nothing_is_repeated_that_was_not_confirmed_within_the_bound(
    front, say, thread, monkeypatch
):
    """All messages are lost, and no check comes through."""
    now = [1_000.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    for module in (watch, application):
        monkeypatch.setattr(module, "MOST_AGE", BOUND)
    say("Раз")
    before, _count = kept_answer(front)
    now[0] += 0.1
    front.watch.check()
    now[0] += 0.2
    Thread.objects.filter(pk=thread.pk).update(version=1_000)
    now[0] += 0.69
    assert ask(front) == before
    now[0] += 0.02
    assert ask(front) != before


def test_a_check_that_began_before_a_change_confirms_nothing(front, say, thread, monkeypatch):
    say("Раз")
    kept_answer(front)
    real = watch.rows

    def rows_and_then_a_change(*args):
        read = real(*args)
        front.watch.changed(thread.pk)
        return read

    monkeypatch.setattr("comments.reading.front.watch.rows", rows_and_then_a_change)
    front.watch.check()
    assert statements(lambda: ask(front)) > 0


def test_a_message_without_an_id_ends_everything(front, say):
    say("Раз")
    kept_answer(front)
    front.watch.changed(None)
    assert statements(lambda: ask(front)) > 0


def test_an_origin_that_is_taken_back_loses_its_rights(front, say, site):
    say("Раз")
    answer, count = kept_answer(front, HTTP_ORIGIN=ORIGIN)
    assert (dict(answer[1])["Access-Control-Allow-Origin"], count) == (ORIGIN, 0)
    Site.objects.filter(pk=site.pk).update(origins=[])
    front.watch.check()
    assert "Access-Control-Allow-Origin" not in dict(ask(front, HTTP_ORIGIN=ORIGIN)[1])


def test_further_pages_are_kept_by_cursors_that_were_handed_out(front, fill, thread):
    fill(60)
    cursor = json.loads(ask(django, query="sort=newest")[2])["next_cursor"]
    for query in (f"sort=newest&cursor={cursor}",):
        answer, count = kept_answer(front, query=query)
        assert (answer, count) == (ask(django, query=query), 0)
    assert len(front.caches["further"]._entries) == 1


def test_nothing_that_a_client_makes_up_is_kept(front, say):
    say("Раз")
    for number in range(20):
        for request in (
            {"query": f"sort=oldest{number}"},
            {"query": f"cursor={number}"},
            {"query": f"a={number}"},
            {"HTTP_ORIGIN": f"https://{number}.example"},
            {"HTTP_IF_NONE_MATCH": f'"{number}"'},
            {"HTTP_ACCEPT_ENCODING": f"gzip;q=0.{number}"},
            {"HTTP_X_FORWARDED_PROTO": f"https{number}"},
            {"path": PAGE.replace("article-1", f"~%61rticle-{'%31' * number}")},
            {"path": PAGE.replace("article-1", f"made-up-{number}")},
        ):
            ask(front, **request)
    # With gzip and without.
    assert len(front.caches["first"]._entries) <= 2
    assert not front.caches["further"]._entries
    assert len(front.watch._threads) == 1


def test_memory_is_bounded_by_bytes(front, site, say, monkeypatch):
    monkeypatch.setattr(front.caches["first"], "_capacity", 30_000)
    monkeypatch.setattr(front.caches["counts"], "_capacity", 30_000)
    for number in range(15):
        thread = Thread.objects.create(site=site, key=f"bounded-{number}")
        say(f"Раз {number}", into=thread)
        Comment.objects.filter(thread=thread).update(html="а" * 900)
        ask(front, path=f"/api/v1/sites/vesti/threads/bounded-{number}/comments/")
        ask(front, path=COUNTS, query=f"key=bounded-{number}&key={'a' * 100 * number}")
    for cache in (front.caches["first"], front.caches["counts"]):
        assert 0 < len(cache._entries) < 15
        assert 0 < cache.size <= 30_000


def test_counts_are_what_django_answers(front, say):
    say("Раз")
    for query, coding, origin in product(
        ["keys=article-1,nothing", "key=article-1&key=a%2Cb", ""], [None, "gzip"], [None, ORIGIN]
    ):
        request = {"query": query, "HTTP_ACCEPT_ENCODING": coding, "HTTP_ORIGIN": origin}
        answer, count = kept_answer(front, path=COUNTS, **request)
        assert answer == ask(django, path=COUNTS, **request)
        assert (answer[0], count) == ("200 OK", 0)


def test_counts_follow_each_change(front, say, django_capture_on_commit_callbacks, monkeypatch):
    request = {"path": COUNTS, "query": "keys=article-1"}
    assert json.loads(kept_answer(front, **request)[0][2]) == {"article-1": 0}
    with django_capture_on_commit_callbacks(execute=True):
        say("Раз")
    assert json.loads(ask(front, **request)[2]) == {"article-1": 1}


def test_the_log_has_the_line_that_django_writes(front, say, caplog):
    say("Раз")
    request = {"query": "sort=newest", "HTTP_X_REQUEST_ID": "of-the-edge"}
    with structlog.testing.capture_logs() as lines, caplog.at_level(logging.INFO):
        ask(front, **request)
        ask(front, **request)
        front.log.write()
    ours = [line for line in lines if line["event"] == "request_finished"]
    assert len(ours) == 2
    assert ours[0].pop("logger", None) == ours[1].pop("logger", None)
    assert ours[1].pop("timestamp").endswith("Z")
    assert ours[1] == ours[0] | {"request_id": "of-the-edge", "ip": "192.0.2.1"}
