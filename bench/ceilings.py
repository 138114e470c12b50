"""The least that a server must do for an answer: WSGI applications without Django.

Granian serves them with the flags of the product. They repeat an answer of the product, with its
headers, or store what a post stores by one statement.
"""

import json
import os
import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs
from wsgiref.types import StartResponse

import orjson
import psycopg

from bench.statement import STATEMENT, VALUES

_RECORDED = "BENCH_RECORDED"


def _recorded(name: str) -> Any:
    with open(os.path.join(os.environ[_RECORDED], name), "rb") as file:  # noqa: PTH118, PTH123
        return file.read()


def _page() -> Callable[[], tuple[list[tuple[str, str]], bytes]]:
    body = _recorded("page")
    headers = [tuple(pair) for pair in json.loads(_recorded("page-headers"))]
    return lambda: (list(headers), body)


class Counts:
    """Builds the answer from the counts of all threads in memory."""

    def __init__(self) -> None:
        self._counts = json.loads(_recorded("all-counts"))
        self._headers = [tuple(pair) for pair in json.loads(_recorded("counts-headers"))]

    def __call__(self, query: str) -> tuple[list[tuple[str, str]], bytes]:
        keys = parse_qs(query)["keys"][0].split(",")
        body = orjson.dumps({key: self._counts.get(key, 0) for key in keys})
        headers = [pair for pair in self._headers if pair[0].lower() != "content-length"]
        return [*headers, ("Content-Length", str(len(body)))], body


class Statement:
    """Stores the text by one statement, on a connection of the thread."""

    def __init__(self) -> None:
        self._own = threading.local()

    def __call__(self, text: str) -> int:
        if not hasattr(self._own, "connection"):
            self._own.connection = psycopg.connect(
                os.environ["DATABASE_URL"], autocommit=True, prepare_threshold=0
            )
        row = self._own.connection.execute(STATEMENT, VALUES | {"text": text}).fetchone()
        return int(row[0])


_answer_page, _answer_counts, _store = _page(), Counts(), Statement()


def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    if environ["REQUEST_METHOD"] == "POST":
        sent = orjson.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        body = orjson.dumps({"id": _store(sent["text"]), "text": sent["text"]})
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        start_response("201 Created", headers)
        return [body]
    if environ["PATH_INFO"].endswith("/counts/"):
        headers, body = _answer_counts(environ["QUERY_STRING"])
    else:
        headers, body = _answer_page()
    start_response("200 OK", headers)
    return [body]
