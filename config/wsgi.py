import os
from collections.abc import Mapping
from typing import Any
from wsgiref.types import StartResponse

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http.response import HttpResponseBase

READ_AT_MOST = 1024 * 1024
_CHUNK = 64 * 1024

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

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> HttpResponseBase:
        response = super().__call__(environ, start_response)
        _read_rest(environ)
        return response


def _read_rest(environ: dict[str, Any]) -> None:
    """Read what a view has left of the body, as one does that refuses by the address alone.

    Granian closes a connection when the answer is ready before the body was read, often without
    the header `Connection: close`. The client then loses its next request, or even this answer.
    """
    try:
        length = int(environ.get("CONTENT_LENGTH", ""))
    except ValueError:
        return
    # A longer body costs more than a new connection.
    if not 0 < length <= READ_AT_MOST:
        return
    while environ["wsgi.input"].read(_CHUNK):
        pass


django.setup(set_prefix=False)
application = _Handler()
