"""Odd values in requests are read or refused with a sentence."""

import base64
import io
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from comments.models import Thread
from config.wsgi import MOST_BODIES, READ_AT_MOST, application
from core.inputs import MAX_ID, has_unstorable, is_storable, read_id, read_json
from core.slow_requests import SLOW

PAGE = "/api/v1/sites/vesti/threads/article-1/comments/"


@pytest.mark.parametrize("text", ["0", "7", "007", str(MAX_ID)])
def test_ids_are_ascii_digits_within_bigint(text):
    assert read_id(text) == int(text)


@pytest.mark.parametrize(
    "text",
    ["", "-1", "+1", " 1", "1_0", "1.0", "٣", "²", "१", "1e3", str(MAX_ID + 1), "9" * 5000, "1\n"],
)
def test_other_texts_are_no_ids(text):
    assert read_id(text) is None


@pytest.mark.parametrize("text", ["а\0", "\ud800", "\udfff б"])
def test_what_postgresql_cannot_store_is_known(text):
    assert not is_storable(text)
    assert has_unstorable({"a": [1, {"b": text}]})
    assert has_unstorable({text: 1})


def test_every_other_text_can_be_stored():
    assert is_storable("\x01\x7f\u202e\ufffe𝒜 я")
    assert not has_unstorable({"a": [1, None, True, {"b": "я"}]})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b"[" * 100_000,
        b"[" * 100 + b"]" * 100,
        b"NaN",
        b"-Infinity",
        b"1e999",
        b"9" * 5000,
        b'"\x00"',
    ],
)
def test_what_is_no_json_is_refused(body):
    with pytest.raises(ValueError, match=r".*"):
        read_json(body)


def test_json_is_read():
    body = '{"а": [1, 1.5, null, true, "\\ud83d\\ude00"]}'.encode()
    assert read_json(body) == {"а": [1, 1.5, None, True, "😀"]}


def cursor(text):
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "url",
    [
        "/threads/?site=%00&key=a",
        "/threads/?site=vesti&key=%00",
        "/threads/feed/?site=%00",
        "/threads/sign-in/?site=%00&origin=x",
        "/api/v1/sites/vesti/threads/%00/comments/",
        "/api/v1/sites/vesti/threads/a%00b/comments/",
        "/api/v1/sites/vesti/threads/~%2500/comments/",
        "/static/%00",
        "/verify/?number=%00",
        "/accounts/login/?next=%00",
        *(
            f"{PAGE}?{sort}cursor={cursor(text)}"
            for sort, text in [
                ("", "[null]"),
                ("sort=best&", "[1,null]"),
                ("", "[[]]"),
                ("", "[true]"),
                ("", '["٣a"]'),
                ("", f"[{'9' * 30}]"),
            ]
        ),
        "/threads/?site=vesti&key=article-1&after=W251bGxd",
        f"/api/v1/comments/{'9' * 30}/",
        f"/api/v1/comments/{'9' * 4400}/",
        f"/threads/comments/{MAX_ID + 1}/",
    ],
)
def test_odd_addresses_are_refused_with_a_sentence(client, site, url):
    Thread.objects.create(site=site, key="article-1")
    client.raise_request_exception = False
    for language, sentence in (("ru", "а"), ("en", "e")):
        answer = client.get(url, headers={"Accept-Language": language})
        assert answer.status_code in {400, 404}, answer.status_code
        if answer.headers["Content-Type"] == "application/problem+json":
            document = answer.json()
            assert sentence in document.get("detail", document["title"]).lower()
        else:
            assert "<h1" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["9" * 4400, "٣", "²", "", "-1"])
def test_a_comment_that_is_no_number_opens_the_first_page(client, site, number):
    assert client.get(PAGE, {"comment": number}).status_code == 200
    assert (
        client.get("/threads/", {"site": "vesti", "key": "a", "comment": number}).status_code == 200
    )


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["http://[", "//[", "http://a\u2100b/"])
def test_a_key_may_look_like_a_broken_url(client, site, key):
    assert client.get("/threads/", {"site": "vesti", "key": key}).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("ru", "Запрос не понят"),
        ("en", "The request was not understood"),
    ],
)
def test_a_refused_page_is_in_the_readers_language(client, site, language, sentence):
    answer = client.get("/verify/?number=%00", headers={"Accept-Language": language})
    assert answer.status_code == 400
    assert sentence in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "sentence"),
    [("ru", "Этот текст нельзя сохранить"), ("en", "This text cannot be stored")],
)
def test_a_form_with_nul_is_refused_with_a_sentence(client, site, language, sentence):
    for data in ({"email": "anna\0"}, {"email": "anna", "\0": "1"}):
        answer = client.post("/certificates/claim/", data, headers={"Accept-Language": language})
        assert answer.status_code == 400
        assert sentence in answer.content.decode()
    form = "application/x-www-form-urlencoded"
    answer = client.post("/accounts/login/", "login=%00", content_type=form)
    assert answer.status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("charset", ["utf-7", "unicode_escape", "windows-1251"])
def test_only_utf_8_is_read(client, site, charset):
    kind = f"application/json; charset={charset}"
    answer = client.generic("POST", "/api/v1/verify/", b"{}", content_type=kind)
    assert answer.status_code == 400
    answer = client.get("/verify/?a=1", headers={"Content-Type": kind})
    assert answer.status_code == 200


@pytest.mark.django_db
def test_nul_in_a_cookie_is_no_session_and_locks_nobody_out(client, site):
    cookie = 'sessionid="\\000"; csrftoken="\\000"'
    assert client.get("/accounts/login/", headers={"Cookie": cookie}).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body",
    [
        b'{"email": "a@example.org", "password": "\\ud800"}',
        b'{"email": "a@example.org", "password": "\\u0000"}',
        b'{"email": ' + b"[" * 100_000,
        b'{"email": ' + b"9" * 5000 + b"}",
        b"\xff",
        b"[]",
    ],
)
@pytest.mark.parametrize("door", ["login", "signup", "password/request", "code/request"])
def test_the_doors_of_sign_in_refuse_odd_json(client, site, door, body):
    client.raise_request_exception = False
    answer = client.post(f"/_allauth/app/v1/auth/{door}", body, content_type="application/json")
    assert answer.status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ru", "en"])
def test_odd_json_is_refused_in_the_readers_language(client, site, language):
    answer = client.post(
        "/api/v1/verify/",
        b'{"number": "\\ud800"}',
        content_type="application/json",
        headers={"Accept-Language": language},
    )
    sentence = {
        "ru": "В тексте есть знаки, которые мы не можем сохранить.",
        "en": "The text contains characters that we can't store.",
    }[language]
    assert (answer.status_code, answer.json()["errors"]) == (400, {"number": [sentence]})
    answer = client.post(
        "/api/v1/verify/",
        b"[" * 100_000,
        content_type="application/json",
        headers={"Accept-Language": language},
    )
    sentence = {
        "ru": "Тело запроса не является правильным JSON.",
        "en": "The body of the request is not valid JSON.",
    }[language]
    assert (answer.status_code, answer.json()["detail"]) == (400, sentence)


@pytest.mark.django_db
def test_too_few_entries_of_proxies_are_no_error_of_the_server(client, site, settings):
    settings.TRUSTED_PROXY_COUNT = 2
    answer = client.get("/verify/", headers={"X-Forwarded-For": "192.0.2.1"})
    assert answer.status_code == 400
    assert "Запрос не понят" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "kind",
    [
        "text/plain; a*=nothing''b",
        f"text/plain; a*{'9' * 5000}*=utf-8''b",
        "text/plain; charset=base64",
        "a; b*=''",
    ],
)
def test_a_broken_content_type_is_ignored(site, kind):
    statuses = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/healthz",
        "QUERY_STRING": "a=%ff",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "192.0.2.1",
        "CONTENT_TYPE": kind,
        "wsgi.input": io.BytesIO(),
        "wsgi.url_scheme": "http",
    }
    application(environ, lambda status, _headers: statuses.append(status))
    assert statuses == ["200 OK"]


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_without_the_last_slash_the_body_is_kept(client, site, method):
    answer = getattr(client, method)(PAGE.removesuffix("/") + "?a=1")
    assert (answer.status_code, answer["Location"]) == (308, f"{PAGE}?a=1")


@pytest.mark.django_db
def test_a_page_without_the_last_slash_is_still_found(client, site):
    assert client.get("/verify").status_code == 301
    assert client.post("/nothing").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("size", "left"), [(0, 0), (1_000, 0), (READ_AT_MOST, 0), (READ_AT_MOST + 1, READ_AT_MOST + 1)]
)
def test_a_body_that_no_view_reads_is_read_all_the_same(site, size, left):
    """Granian would close the connection, and the client lose its next request."""
    body = io.BytesIO(b"x" * size)
    _put(body, str(size))
    assert size - body.tell() == left


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "left"), [("/verify/", 0), ("/desk/", 2 * READ_AT_MOST)])
def test_large_bodies_are_received_for_the_views_that_take_them(site, path, left):
    body = io.BytesIO(bytes(2 * READ_AT_MOST))
    _answer(body, str(2 * READ_AT_MOST), path)
    assert 2 * READ_AT_MOST - body.tell() == left


@pytest.mark.django_db
@pytest.mark.parametrize("length", ["9" * 5_000, "²", "-1", "x"])
def test_an_odd_length_of_a_body_fails_nothing(site, length):
    body = io.BytesIO(b"x")
    _put(body, length)
    assert body.tell() == 0


class SlowBody:
    """A body whose client sends nothing more until the test goes on."""

    def __init__(self):
        self.begun, self.rest = threading.Event(), threading.Event()

    def read(self, _size):
        self.begun.set()
        self.rest.wait(60)
        return b""


@pytest.mark.django_db(transaction=True)
def test_slow_bodies_take_some_threads_and_no_work(site):
    bodies = [SlowBody() for _ in range(MOST_BODIES)]
    with ThreadPoolExecutor(MOST_BODIES) as pool:
        sent = [
            pool.submit(_answer, body, "9", ip=f"192.0.2.{number}")
            for number, body in enumerate(bodies)
        ]
        try:
            assert all(body.begun.wait(60) for body in bodies)
            # None of them is in work, and one more is refused at once.
            assert SLOW.held == 0
            status, headers = _answer(io.BytesIO(b"x"), "1")
            assert status == "503 Service Unavailable"
            assert headers["Retry-After"]
            # A request without a body is answered.
            assert _answer(io.BytesIO(), "")[0].startswith("405")
        finally:
            for body in bodies:
                body.rest.set()
        assert {one.result(60)[0][:3] for one in sent} == {"405"}
    assert _answer(io.BytesIO(b"x"), "1")[0].startswith("405")


@pytest.mark.django_db(transaction=True)
def test_slow_bodies_of_one_network_leave_places_to_others(site):
    most = application.application.bodies.most_of_network
    bodies = [SlowBody() for _ in range(most)]
    with ThreadPoolExecutor(most) as pool:
        sent = [pool.submit(_answer, body, "9", ip="192.0.2.1") for body in bodies]
        try:
            assert all(body.begun.wait(60) for body in bodies)
            assert _answer(io.BytesIO(b"x"), "1", ip="192.0.2.1")[0].startswith("503")
            assert _answer(io.BytesIO(b"x"), "1", ip="192.0.2.2")[0].startswith("405")
        finally:
            for body in bodies:
                body.rest.set()
        for one in sent:
            one.result(60)
    assert application.application.bodies.held == 0


@pytest.mark.django_db
def test_the_network_of_a_body_is_that_behind_our_proxies(site, settings, monkeypatch):
    settings.TRUSTED_PROXY_COUNT = 1
    networks = []
    enter = application.application.bodies.enter
    monkeypatch.setattr(
        application.application.bodies,
        "enter",
        lambda network: networks.append(network) or enter(network),
    )
    forwarded = {"HTTP_X_FORWARDED_FOR": "198.51.100.1, 2001:db8::7"}
    _answer(io.BytesIO(b"x"), "1", **forwarded)
    _answer(io.BytesIO(b"x"), "1", ip="")
    assert networks == ["2001:db8::/64", ""]


def _put(body, length):
    status, _headers = _answer(body, length)
    # By its method or its length.
    assert status[:3] in {"405", "413"}


def _answer(body, length, path="/api/v1/webhooks/topics/", *, ip="127.0.0.1", **more):
    environ = {
        "REQUEST_METHOD": "PUT",
        "PATH_INFO": path,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": ip,
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": length,
        "wsgi.url_scheme": "http",
        "wsgi.input": body,
        "wsgi.errors": io.StringIO(),
        **more,
    }
    answers = []
    response = application(environ, lambda *answer: answers.append(answer))
    getattr(response, "close", list)()
    status, headers = answers[0]
    return status, dict(headers)
