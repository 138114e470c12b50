"""Keeps people signed in over an upgrade that changes the name of the session's cookie."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpResponse

from core.web.http import HttpRequest

_NEXT_NAME = "__Host-sessionid"
GetResponse = Callable[[HttpRequest], HttpResponse]


def keep_signed_in(get_response: GetResponse) -> GetResponse:
    """Give browsers the session's cookie under its next name, too, while `FORMER_RELEASE_RUNS`.

    The session is read by the former name, which the release before knows.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        name = settings.SESSION_COOKIE_NAME
        if name in response.cookies:
            former = response.cookies[name]
            response.cookies[_NEXT_NAME] = former.value
            response.cookies[_NEXT_NAME].update(former)
        elif _lacks_next_cookie(request):
            response.set_cookie(
                _NEXT_NAME,
                request.COOKIES[name],
                max_age=request.session.get_expiry_age(),
                secure=True,
                httponly=True,
                samesite=settings.SESSION_COOKIE_SAMESITE,
            )
        return response

    return middleware


def _lacks_next_cookie(request: HttpRequest) -> bool:
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    is_given = key is None or key == request.COOKIES.get(_NEXT_NAME)
    return not is_given and SESSION_KEY in request.session
