"""The WSGI application in front of Django: it repeats answers that Django has given.

Django marks the answers that may be shared (`shareable.py`). The front keeps each with its status
and headers, under everything of the request that it depends on, and repeats it while its thread
stays as it was (`watch.py`). Requests that differ in anything else, or that Django has not answered
lately, go to Django.
"""

import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from wsgiref.types import StartResponse

from django.conf import settings

from comments.reading.front.log import Log, url_of
from comments.reading.front.public_urls import is_public
from comments.reading.front.shareable import Shareable, State, taken_from
from comments.reading.front.watch import MOST_AGE, Watch, Watched
from core.networks import client_of
from core.sized_cache import SizedCache

Environ = dict[str, Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
# Path, query, whether gzip is accepted, origin, scheme; and the kind of the answer: 200 or 304.
_Key = tuple[str, str, bool, str, str]
_Answer = tuple[str, list[tuple[str, str]], bytes]

_OK, _UNCHANGED = "200 OK", "304 Not Modified"
# Conditions other than If-None-Match, and a body that must be received before it is answered.
_LEFT_TO_DJANGO = (
    *("HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_MODIFIED_SINCE"),
    *("HTTP_TRANSFER_ENCODING", "SCRIPT_NAME"),
)
# Bytes, for each process. Apart, so that a crawl through further pages, or lists of keys that a
# client makes up, leave the first pages where they are.
_FIRST_PAGES, _FURTHER_PAGES, _COUNTS = 32 * 1024 * 1024, 8 * 1024 * 1024, 4 * 1024 * 1024
# What Python takes for an answer besides its body, headers and key, measured with `tracemalloc`.
_OVERHEAD = 4_000


@dataclass(frozen=True, slots=True)
class _Kept:
    status: str
    headers: list[tuple[str, str]]
    body: bytes
    etag: str
    url: str
    began: float
    state: State | None
    watched: Watched | None


class Front:
    def __init__(self, application: Application, *, starts_threads: bool = True) -> None:
        self.application = application
        self.watch, self.log = Watch(), Log(starts_thread=starts_threads)
        self._starts_threads = starts_threads
        sizes = {"first": _FIRST_PAGES, "further": _FURTHER_PAGES, "counts": _COUNTS}
        self.caches = {name: SizedCache[_Kept](size) for name, size in sizes.items()}

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        key = _key_of(environ)
        if key is None:
            return self.application(environ, start_response)
        kept = self._kept(key, environ.get("HTTP_IF_NONE_MATCH", ""))
        client = client_of(environ) if kept else None
        if kept is None or client is None:
            return self._asked(key, environ, start_response)
        self.log.add(environ, kept.status, kept.url, client)
        start_response(kept.status, list(kept.headers))
        return [kept.body]

    def _kept(self, key: _Key, known: str) -> _Kept | None:
        """Return the answer for a client that knows the ETag `known`, if it is confirmed."""
        now = time.monotonic()
        if key[3] and not self.watch.knows_origin(key[3], now):
            return None
        cache = self._cache_of(key)
        if known and (kept := cache.newest((key, _UNCHANGED))) and kept.etag == known:
            return kept if self._is_confirmed(kept, now) else None
        kept = cache.newest((key, _OK))
        # Django reads lists of ETags and weak ones. Where none can be this one, nothing matches.
        if kept is None or (known and (not kept.etag or kept.etag in known or "*" in known)):
            return None
        return kept if self._is_confirmed(kept, now) else None

    def _is_confirmed(self, kept: _Kept, now: float) -> bool:
        if kept.watched is not None:
            return kept.watched.is_still(kept.state, now)
        return now - kept.began < MOST_AGE and kept.began > self.watch.last_change

    def _cache_of(self, key: _Key) -> SizedCache[_Kept]:
        if key[0].endswith("/counts/"):
            return self.caches["counts"]
        return self.caches["further" if "cursor=" in key[1] else "first"]

    def _asked(self, key: _Key, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Let Django answer, and keep the answer if Django allows it."""
        begun: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            begun.append((status, headers))
            return start_response(status, headers, *error)

        answer = self.application(environ, start)
        shareable = taken_from(environ)
        if shareable is None or len(begun) != 1:
            return answer
        try:
            body = b"".join(answer)
        finally:
            getattr(answer, "close", lambda: None)()
        if environ["REQUEST_METHOD"] == "GET":
            known = environ.get("HTTP_IF_NONE_MATCH", "")
            self._keep(key, known, shareable, (*begun[0], body))
        return [body]

    def _keep(self, key: _Key, known: str, shareable: Shareable, answer: _Answer) -> None:
        status, headers, body = answer
        named = {name.lower(): value for name, value in headers}
        etag = named.get("etag", "")
        is_whole = status == _OK or (status == _UNCHANGED and etag == known)
        is_for_others = named.get("access-control-allow-origin", "") == key[3]
        if not is_whole or not is_for_others or "set-cookie" in named:
            return
        state, began = shareable.state, shareable.began
        watched = self.watch.confirm(state, began) if state else None
        if self._starts_threads:
            self.watch.start()
        kept = _Kept(status, headers, body, etag, url_of(*key[:2]), began, state, watched)
        size = _OVERHEAD + len(body) + sum(map(sys.getsizeof, (*key[:2], *sum(headers, ()))))
        # The one that was begun last is the newest.
        version = int(began * 1_000_000)
        self._cache_of(key).put((key, status), version, kept, size=size)


def _key_of(environ: Environ) -> _Key | None:
    if not is_public(environ):
        return None
    codings, scheme = environ.get("HTTP_ACCEPT_ENCODING", ""), _scheme_of(environ)
    has_body = environ.get("CONTENT_LENGTH", "") not in {"", "0"}
    if has_body or not scheme or "q=0" in codings:
        return None
    if any(environ.get(name) for name in _LEFT_TO_DJANGO):
        return None
    query, origin = environ.get("QUERY_STRING", ""), environ.get("HTTP_ORIGIN", "")
    return environ["PATH_INFO"], query, "gzip" in codings, origin, scheme


def _scheme_of(environ: Environ) -> str:
    """Return the scheme as Django understands it; nothing if that takes more than a look."""
    scheme = environ["wsgi.url_scheme"]
    if settings.SECURE_PROXY_SSL_HEADER:
        scheme = environ.get("HTTP_X_FORWARDED_PROTO", scheme)
    return scheme if scheme in {"http", "https"} else ""
