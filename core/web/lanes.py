"""Middleware: every request that comes here passes the lane of slow ones.

`config/wsgi.py` lets most requests enter it before Django begins. These pass here at once.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from core.errors import PROBLEM_JSON, Busy, plain_problem
from core.networks import network_of
from core.slow_requests import SLOW
from core.web.http import HttpRequest as OurRequest
from core.web.inputs import HEADLESS, headless_error

# In the WSGI environ of a request that found no place in the lane. No header can set it.
NO_PLACE = "otklik.no_place"
# Of no publication and in no language: both would take work to find out.
_SENTENCES = (
    "Сервер сейчас занят. Попробуйте ещё раз через несколько секунд.\n"
    "The server is busy. Please try again in a few seconds.\n"
)


def slow_requests(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[OurRequest], HttpResponseBase]:
    def middleware(request: OurRequest) -> HttpResponseBase:
        if NO_PLACE in request.META:
            return _refusal(request, Busy())
        try:
            with SLOW.take(network_of(request.ip)):
                return get_response(request)
        except Busy as error:
            return _refusal(request, error)

    return middleware


def _refusal(request: HttpRequest, error: Busy) -> HttpResponseBase:
    response: HttpResponseBase
    if request.path_info.startswith(HEADLESS):
        response = headless_error(error.code, _SENTENCES, status=error.status)
    elif request.path_info.startswith("/api/"):
        response = JsonResponse(
            plain_problem(HTTPStatus.SERVICE_UNAVAILABLE, error.code, _SENTENCES),
            status=error.status,
            content_type=PROBLEM_JSON,
        )
    else:
        response = HttpResponse(
            _SENTENCES, status=error.status, content_type="text/plain; charset=utf-8"
        )
    for name, value in error.headers.items():
        response.headers[name] = value
    response.headers["Cache-Control"] = "no-store"
    return response
