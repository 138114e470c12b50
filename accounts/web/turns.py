"""Forms of one session that are sent at once are answered one after another."""

from collections.abc import Callable

import redis
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from redis.lock import Lock

from core import valkey
from core.slow_requests import waiting
from core.web.inputs import HEADLESS, headless_error

_PREFIXES = ("/accounts/", HEADLESS)
# A double click waits for the first of the two. Longer waits would hold a thread of the server.
_WAIT_SECONDS = 1.0
_LOST_AFTER_SECONDS = 20.0


def one_at_a_time(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Check the codes of one session in turn.

    allauth counts wrong codes in the session, which Django reads and saves without a lock: of
    twelve codes sent at once more than three would be checked. Without Valkey requests do not wait.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        session = _session_of(request)
        if request.method != "POST" or not session or not request.path.startswith(_PREFIXES):
            return get_response(request)
        lock = valkey.client(timeout=1).lock(
            f"turn:{salted_hmac('accounts.turns', session, algorithm='sha256').hexdigest()}",
            timeout=_LOST_AFTER_SECONDS,
            sleep=0.02,
            blocking_timeout=_WAIT_SECONDS,
        )
        try:
            with waiting(long=True):
                has_turn = lock.acquire()
        except redis.RedisError:
            return get_response(request)
        if not has_turn:
            return _refusal(request)
        try:
            return get_response(request)
        finally:
            _release(lock)

    return middleware


def _session_of(request: HttpRequest) -> str:
    """Return the key that the request names, in the cookie or as the apps of `headless` do."""
    return request.headers.get("X-Session-Token") or request.COOKIES.get(
        settings.SESSION_COOKIE_NAME, ""
    )


def _release(lock: Lock) -> None:
    try:
        lock.release()
    except redis.RedisError:
        # Valkey is away, or the answer took so long that the lock has expired.
        return


def _refusal(request: HttpRequest) -> HttpResponse:
    with translation.override(translation.get_language_from_request(request)):
        if request.path.startswith(HEADLESS):
            message = _("Too many requests at once")
            return headless_error("too_many_requests", message, status=429)
        return HttpResponse(render_to_string("accounts/too_many_at_once.html"), status=429)
