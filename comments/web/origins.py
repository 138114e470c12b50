"""Cross-origin rights of a publication's pages; other origins have none."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpResponse
from django.utils.cache import patch_vary_headers

from core.sites import is_origin
from core.web.http import HttpRequest

GetResponse = Callable[[HttpRequest], HttpResponse]

# What the widget asks for. The editors' API stays closed to pages of other origins.
_OPEN = ("/api/v1/sites/", "/api/v1/comments/", "/api/v1/notifications/", "/api/v1/mutes/")
_ALLOWED = {
    "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, If-None-Match",
    # Two hours, which is the most that Chromium honours.
    "Access-Control-Max-Age": "7200",
}
# Separate from the session's cookie, with the same prefix where HTTPS is on.
POPUP_COOKIE = settings.COOKIE_PREFIX + "otklik_popup"


def shared_with_origins(get_response: GetResponse) -> GetResponse:
    """CORS for the readers' API. Cookies are never taken along: a page elsewhere has a token."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(_OPEN):
            return get_response(request)
        origin = request.headers.get("Origin", "")
        is_preflight = request.method == "OPTIONS" and bool(origin)
        # A preflight carries no credentials, so no view could authorise it.
        response = HttpResponse(status=204) if is_preflight else get_response(request)
        # A shared cache must not give one origin's answer to another.
        patch_vary_headers(response, ["Origin"])
        if origin and is_origin(origin):
            # No Access-Control-Allow-Credentials: the browser sends no cookie, and another site
            # cannot act with the reader's session.
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = "ETag"
            if is_preflight:
                for name, value in _ALLOWED.items():
                    response.headers[name] = value
        return response

    return middleware


def popups_keep_their_opener(get_response: GetResponse) -> GetResponse:
    """Let the widget's sign-in window keep its opener on every page of the sign-in. Other windows
    stay isolated from their openers."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith("/accounts/") and POPUP_COOKIE in request.COOKIES:
            response.headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
        return response

    return middleware
