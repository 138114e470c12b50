"""Recognise the browsers of an account by a signed cookie from an earlier sign-in.

Limits per address are for strangers. Without this, anybody who knows an address could keep its
owner out by typing wrong passwords or asking for codes. A known browser has separate limits (the
device cookies of OWASP), so that a stolen cookie opens no more than a few further guesses.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest as DjangoHttpRequest
from django.http import HttpResponse
from django.utils.crypto import get_random_string, salted_hmac

from core.web.http import HttpRequest
from core.web.inputs import HEADLESS

# Separate from the session's cookie, with the same prefix where HTTPS is on.
COOKIE = f"{settings.COOKIE_PREFIX}known_browser"
_SALT = "accounts.known-browser"
_LASTS = timedelta(days=365)
# Of one browser; a family shares one, and a longer cookie would go with each request.
_MOST_ACCOUNTS = 5
_PREFIXES = ("/accounts/", HEADLESS)


def limit_key(request: DjangoHttpRequest, email: str) -> str:
    """Return what limits of sign-in count by: the address, and the browser if it is known to it."""
    address = email.lower()
    stored = _stored(request)
    is_known = _digest(address) in stored.get("accounts", [])
    return f"{address}:{stored['browser']}" if is_known else address


def remember_browsers(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Set the cookie in the response to a form that signs a person in."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_entrance = request.method == "POST" and request.path.startswith(_PREFIXES)
        if is_entrance and request.user.is_authenticated:
            _remember(request, response, request.user.email)
        return response

    return middleware


def _remember(request: HttpRequest, response: HttpResponse, email: str) -> None:
    stored, digest = _stored(request), _digest(email.lower())
    accounts = stored.get("accounts", [])
    if digest in accounts:
        return
    value = {
        "browser": stored.get("browser") or get_random_string(24),
        "accounts": [digest, *accounts][:_MOST_ACCOUNTS],
    }
    response.set_cookie(
        COOKIE,
        signing.dumps(value, salt=_SALT),
        max_age=_LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _stored(request: DjangoHttpRequest) -> dict[str, Any]:
    try:
        value: dict[str, Any] = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_LASTS
        )
    except signing.BadSignature:
        return {}
    return value


def _digest(address: str) -> str:
    # A signed cookie can be read by everyone who uses the computer, so it holds no address.
    return salted_hmac(_SALT, address, algorithm="sha256").hexdigest()[:16]
