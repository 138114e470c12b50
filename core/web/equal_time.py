"""Middleware: the time of an answer does not tell whether an address is known here."""

import time
from collections.abc import Callable
from math import ceil

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from core.slow_requests import waiting

_Answer = Callable[[HttpRequest], HttpResponse]


def answers_in_equal_time(get_response: _Answer) -> _Answer:
    """Answer the forms of `EQUAL_TIME_PATHS` after a whole number of `EQUAL_TIME_SECONDS`.

    An account that exists, or does not, needs other rows and another e-mail; a thousand answers
    show a difference of half a millisecond. A form that waits holds a place in the lane of slow
    requests, and computes nothing.
    """
    paths: frozenset[str] = settings.EQUAL_TIME_PATHS

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or request.path_info not in paths:
            return get_response(request)
        began = time.monotonic()
        response = get_response(request)
        step, took = settings.EQUAL_TIME_SECONDS, time.monotonic() - began
        with waiting(long=True):
            time.sleep(ceil(took / step) * step - took if step else 0)
        return response

    return middleware
