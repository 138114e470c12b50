import gc
import os
import sys
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest, get_path_info
from django.urls import Resolver404, get_resolver, resolve

# Bodies that are received at once, and bytes of each that are received in any case, into memory.
MOST_BODIES = 14
READ_AT_MOST = 1024 * 1024
_CHUNK = 64 * 1024
# Seconds. While a thread computes, an answer from memory waits that long after each thing that it
# waits for: with Python's own 5 ms most of its time. Shorter ones take more from the computing
# thread (a tenth of its time here) than they give to readers.
_SWITCH_INTERVAL = 0.0001

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class _Request(WSGIRequest):
    def _set_content_type_params(self, meta: Mapping[str, Any]) -> None:
        try:
            super()._set_content_type_params(meta)  # type: ignore[misc] # the stubs lack it
        except (LookupError, ValueError):
            # A broken parameter, or a codec that is no charset. Django would raise this where no
            # middleware can answer it.
            self.content_type, self.content_params, self._encoding = "", {}, None


class _Handler(WSGIHandler):
    request_class = _Request

    def __init__(self) -> None:
        super().__init__()
        self.bodies = SharedPlaces(MOST_BODIES)

    def __call__(  # type: ignore[override] # a WSGI application may return any bytes
        self, environ: dict[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        """Receive the body, and only then begin to work on the request.

        A client that sends slowly then holds nothing but a thread, and of these a few at most: a
        network has two thirds of them. Granian's `read` waits without a limit of time, so it is the
        edge that lets slow clients go.

        The body is received also where no view reads it, as one does not that refuses by the URL
        alone: Granian closes a connection when the answer is ready before the body was read, often
        without the header `Connection: close`, and the client loses its next request, or even this
        answer.
        """
        length = _length_of(environ)
        # `core.web.inputs` refuses a longer one by its length. A mistake that is not much too long
        # is received for the answer to arrive; a longer one costs more than a new connection.
        if length <= 0 or (length > READ_AT_MOST and length > _largest_body(environ)):
            return self._answer(environ, start_response)
        try:
            # One without an address is refused once its body has arrived.
            with self.bodies.take(network_of(client_of(environ) or "")):
                body = _received(environ["wsgi.input"], length)
        except Busy:
            return _busy(start_response)
        with body:
            return self._answer(environ | {"wsgi.input": body}, start_response)

    def _answer(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Enter the lane of slow requests before Django computes anything.

        What Django does before its own middleware enters the lane takes a millisecond, in which
        readers wait.
        """
        client = None if _may_be_quick(environ) else client_of(environ)
        with ExitStack() as place:
            if client is not None:
                try:
                    place.enter_context(SLOW.take(network_of(client)))
                except Busy:
                    # The middleware writes the refusal, with the headers that every answer has.
                    environ |= {NO_PLACE: True}
            return super().__call__(environ, start_response)


def _may_be_quick(environ: Mapping[str, Any]) -> bool:
    """Return whether a middleware before the one of the lane may answer the request."""
    path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
    is_file = path.startswith(settings.STATIC_URL) and method in {"GET", "HEAD"}
    return method == "OPTIONS" or path in PROBES or is_file or is_public(environ)


def _length_of(environ: Mapping[str, Any]) -> int:
    try:
        return int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _largest_body(environ: dict[str, Any]) -> int:
    try:
        return largest_body_of(resolve(get_path_info(environ)).func)
    except (Resolver404, UnicodeDecodeError):
        return 0


def _received(source: Any, length: int) -> tempfile.SpooledTemporaryFile[bytes]:
    body = tempfile.SpooledTemporaryFile(READ_AT_MOST)  # noqa: SIM115  # closed by the caller
    while chunk := source.read(min(_CHUNK, length - body.tell())):
        body.write(chunk)
    body.seek(0)
    return body


def _busy(start_response: StartResponse) -> Iterable[bytes]:
    status = HTTPStatus.SERVICE_UNAVAILABLE
    headers = [("Content-Type", "text/plain"), ("Retry-After", "5"), ("Connection", "close")]
    start_response(f"{status.value} {status.phrase}", headers)
    return [b"The server is busy. Please try again in a few seconds.\n"]


sys.setswitchinterval(_SWITCH_INTERVAL)
django.setup(set_prefix=False)
# As `config` does for models: most of what follows is the modules of views.
gc.disable()

# They import models.
from comments.reading.front import Front, is_public  # noqa: E402
from core.errors import Busy  # noqa: E402
from core.networks import client_of, network_of  # noqa: E402
from core.places import SharedPlaces  # noqa: E402
from core.slow_requests import SLOW  # noqa: E402
from core.web.inputs import largest_body_of  # noqa: E402
from core.web.lanes import NO_PLACE  # noqa: E402
from core.web.middleware import PROBES  # noqa: E402

# Most readers are answered from memory, before Django begins.
application = Front(_Handler())
# Imports every view: now, and not while the first visitor waits.
get_resolver().url_patterns  # noqa: B018
# What is loaded by now stays for good. A full collection of garbage would otherwise look through
# all of it, while every page waits.
gc.freeze()
gc.enable()
