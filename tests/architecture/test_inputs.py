"""No URL answers odd values from a client with a server error.

`test_schema.py` asks what the API's schema names. This walks the URLconf: the pages, the
administration and the sign-in as well, with values that no schema names. `make fuzz` sends every
value to every URL.
"""

import logging
from collections.abc import Iterator
from itertools import cycle, islice
from urllib.parse import quote, urlencode

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from tests.support.fuzz_tally import IS_LONG
from tests.support.url_walk import (
    MULTIPART,
    ODD_FORMS,
    ODD_HEADERS,
    ODD_PARTS,
    ODD_TEXTS,
    all_names,
    names_in,
    odd_bodies,
    routes,
)

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def there(discussed, issued, reported):
    """Values of path parameters by which something is found."""
    return (
        {
            "template_id": 1,
            "number": 1,
            "language": "ru",
            "name": "spam",
            "object_id": 1,
        }
        | discussed
        | issued
        | reported
    )


class Fuzz:
    """Sends requests, as each person in turn, and undoes what they change."""

    def __init__(self, clients: dict[str, Client]) -> None:
        self.clients = clients
        self.turns = cycle(sorted(clients))
        self.faults: list[object] = []
        self.count = 0

    def send(self, method: str, path: str, body: bytes = b"", kind: str = FORM, **more) -> None:
        for who in sorted(self.clients) if IS_LONG else [next(self.turns)]:
            client = self.clients[who]
            kept = client.cookies
            client.cookies = kept.copy()
            # As in a test case, so that an action may be the outermost transaction.
            undone = transaction.atomic()
            undone._from_testcase = True
            with undone:
                answer = client.generic(method, path, body, content_type=kind, **more)
                self._look(answer, (who, method, path[:150], body[:150], kind, more))
                transaction.set_rollback(True)
            client.cookies = kept
            self.count += 1

    def _look(self, answer, request) -> None:
        if answer.status_code == 429:
            # The limits on the rate would hide what is behind them.
            cache.clear()
        if answer.status_code >= 500:
            self.faults.append((answer.status_code, (answer.exc_info or ())[1:2], request))
        elif answer.streaming:
            # Reading it to its end closes the file.
            list(answer.streaming_content)
        elif answer.status_code in {400, 404} and not answer.content:
            self.faults.append(("no sentence", request))


@pytest.fixture
def fuzz(clients):
    logging.disable()
    yield Fuzz(clients)
    logging.disable(logging.NOTSET)


def chosen(values, at: int, count: int) -> Iterator:
    """All values in the long run; otherwise `count` of them, other ones for each URL."""
    return iter(values) if IS_LONG else islice(cycle(values), at * count, (at + 1) * count)


def known(route, there):
    return {name: quote(str(there.get(name, "1")), safe="") for name in route.parameters}


def parameters(route, at: int) -> Iterator[dict[str, str]]:
    """Odd values for the names that the view's module reads, or for all names that there are."""
    if IS_LONG or not route.is_ours:
        for text in chosen(ODD_TEXTS, at, 1):
            yield dict.fromkeys(all_names(), text)
    # Together with NUL the others would not be read.
    texts = [text for text in ODD_TEXTS if "\0" not in text]
    for turn in range(len(texts)) if IS_LONG else [at]:
        values = islice(cycle(texts), turn % len(texts), None)
        yield dict(zip(names_in(route.module) if route.is_ours else (), values, strict=False))


def send_odd_paths(fuzz, route, at, real):
    for name in route.parameters:
        for part in chosen(ODD_PARTS, at, 1):
            fuzz.send("GET", route.filled(real | {name: part}))


def send_odd_parameters(fuzz, route, at, path):
    for values in parameters(route, at):
        fuzz.send("GET", f"{path}?{urlencode(values)}&%ff=%ff&&=&a[]=%ed%a0%80")
        fuzz.send("POST", path, urlencode(values).encode())
        for name, value in values.items() if IS_LONG and len(values) < 50 else ():
            fuzz.send("GET", f"{path}?{urlencode({name: value})}")
            fuzz.send("POST", path, urlencode({name: value}).encode())


def send_odd_bodies(fuzz, route, at, path):
    for form in chosen(ODD_FORMS, at, 1) if IS_LONG or (route.is_ours and at % 3 == 0) else ():
        fuzz.send("POST", path, form, MULTIPART)
    if route.path.startswith(("api/", "_allauth/")):
        for turn, method in enumerate(route.writes):
            for body in chosen(odd_bodies(all_names()), at + turn * 5, 1):
                fuzz.send(method, path, body, "application/json")


def send_odd_headers(fuzz, route, at, path):
    for headers in chosen(ODD_HEADERS, at, 1):
        for method in ("GET", "POST") if IS_LONG else (("GET", "POST")[at % 2],):
            fuzz.send(method, path, kind=headers.get("Content-Type", FORM), headers=headers)


def test_no_odd_request_is_an_error_of_the_server(fuzz, there, settings):
    settings.TRUSTED_PROXY_COUNT = 2
    for at, route in enumerate(routes()):
        real = known(route, there)
        path = route.filled(real)
        send_odd_paths(fuzz, route, at, real)
        send_odd_bodies(fuzz, route, at, path)
        if IS_LONG or route.is_ours or at % 3 == 0:
            send_odd_parameters(fuzz, route, at, path)
        if IS_LONG or at % 3 == 1:
            send_odd_headers(fuzz, route, at, path)
    seen = "\n".join(map(str, fuzz.faults))
    assert not fuzz.faults, f"{len(fuzz.faults)} of {fuzz.count} requests:\n{seen}"
    assert fuzz.count > 1000


@pytest.mark.usefixtures("fuzz")
def test_head_is_answered_wherever_get_is(clients, there):
    """As for GET, without the body (RFC 9110, section 9.3.2)."""
    client, others = clients["administrator"], []
    for route in routes():
        if not route.is_ours:
            continue
        path = route.filled(known(route, there))
        by_head = client.head(path).status_code
        # A page that refuses GET as well has only POST.
        if by_head == 405 and client.get(path).status_code != 405:
            others.append(path)
    assert others == []
