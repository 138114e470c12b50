from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import cast

import structlog
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import HttpRequest as DjangoHttpRequest
from django.http import HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.common import CommonMiddleware
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.http import escape_leading_slashes

from core import health, metrics
from core.errors import PROBLEM_JSON, DomainError, SignInRequired, plain_problem
from core.models import Site
from core.networks import client_of
from core.sites import NoSite, site_of_host
from core.web.http import HttpRequest
from core.web.inputs import HEADLESS, headless_error

GetResponse = Callable[[HttpRequest], HttpResponse]


def operations(get_response: GetResponse) -> GetResponse:
    """Answers the probes before sessions, hosts and languages are looked at."""

    def middleware(request: HttpRequest) -> HttpResponse:
        answer = PROBES.get(request.path)
        return answer() if answer else get_response(request)

    return middleware


def _ready() -> HttpResponse:
    faults = health.faults()
    warnings = {} if "database" in faults else health.warnings()
    answer = {"ready": not faults, "faults": faults, "warnings": warnings}
    return JsonResponse(answer, status=503 if faults else 200)


PROBES: Mapping[str, Callable[[], HttpResponse]] = {
    "/healthz": lambda: HttpResponse("ok\n", content_type="text/plain; charset=utf-8"),
    "/readyz": _ready,
    "/metrics": lambda: HttpResponse(metrics.exposition(), content_type=metrics.CONTENT_TYPE),
}


# No page uses any of these, and no script that slipped into one may. Passkeys and copying to the
# clipboard are not listed, so browsers go on allowing them to our own pages alone.
_UNUSED_FEATURES = (
    "accelerometer",
    "autoplay",
    "bluetooth",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
_CREDENTIALS = frozenset({"HTTP_AUTHORIZATION", "HTTP_X_SESSION_TOKEN"})
_FOR_PROGRAMS = ("/api/v1/", "/_allauth/", "/identity/o/api/", "/anymail/")
_PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in _UNUSED_FEATURES)


# Of answers that are no pages: prepared ones of the API, static files, early refusals.
# A picture in SVG that is opened as a document has styles.
_POLICY_OF_DATA = (
    "default-src 'none'; style-src 'unsafe-inline'; object-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


def strict_by_default(get_response: GetResponse) -> GetResponse:
    """Set the headers that every answer has, unless the page has set others.

    What a person sees who is signed in, or who has begun something here, is stored by no browser
    and no proxy: the next one at the computer could read it there.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS_POLICY)
        response.headers.setdefault("Content-Security-Policy", _POLICY_OF_DATA)
        if _is_personal(request):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


def _is_personal(request: HttpRequest) -> bool:
    has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
    return has_session or not _CREDENTIALS.isdisjoint(request.META)


def no_plain_http_to_programs(get_response: GetResponse) -> GetResponse:
    """Refuse requests of programs over plain HTTP where HTTPS is on.

    A browser is redirected. A program would follow the redirect each time, and its owner would not
    notice that it sends its token over the network in the clear.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        is_plain = settings.SECURE_SSL_REDIRECT and not request.is_secure()
        if is_plain and request.path.startswith(_FOR_PROGRAMS):
            problem = plain_problem(HTTPStatus.FORBIDDEN, "https_required", "Use https://.")
            return JsonResponse(problem, status=403, content_type=PROBLEM_JSON)
        return get_response(request)

    return middleware


def client_ip(get_response: GetResponse) -> GetResponse:
    """Set `request.ip`, by which requests are limited and sanctions on networks are applied.

    A request without an IP address is refused: nothing could limit it.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        ip = client_of(request.META)
        if ip is None:
            # The page of another refusal would ask for the site and the session, which are not
            # known yet.
            raise BadRequest
        request.ip = ip
        return get_response(request)

    return middleware


def current_site(get_response: GetResponse) -> GetResponse:
    def middleware(request: HttpRequest) -> HttpResponse:
        # Lazy, so that a request which needs no publication makes no query.
        request.site = cast("Site", SimpleLazyObject(lambda: site_of_host(request.get_host())))
        return get_response(request)

    return middleware


_WITHOUT_CLOCK = ("/api/", "/threads/feed/")


def clock_of_site(get_response: GetResponse) -> GetResponse:
    """Shows and reads the times of pages by the clock of their publication.

    The API and the feeds write every time with its offset, so they need none.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(_WITHOUT_CLOCK):
            return get_response(request)
        try:
            clock = request.site.clock
        except NoSite:
            # The view meets the same error, and `DomainErrorMiddleware` renders it.
            return get_response(request)
        with timezone.override(clock):
            return get_response(request)

    return middleware


class AppendSlash(CommonMiddleware):
    """Redirects to the URL with a slash at its end, by 308 what is not a GET.

    After Django's own 301 most clients send a GET, and lose the body of the request.
    """

    def get_full_path_with_slash(self, request: DjangoHttpRequest) -> str:
        return escape_leading_slashes(request.get_full_path(force_append_slash=True))

    def process_response(
        self, request: DjangoHttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if (
            response.status_code == HTTPStatus.NOT_FOUND
            and request.method not in {"GET", "HEAD"}
            and self.should_redirect_with_slash(request)
        ):
            path = self.get_full_path_with_slash(request)
            return HttpResponsePermanentRedirect(path, preserve_request=True)
        return super().process_response(request, response)


class DomainErrorMiddleware:
    """A refused action becomes a page with the sentence that it carries."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        # The line of the request says why it was refused.
        structlog.contextvars.bind_contextvars(refusal=error.code)
        if request.path.startswith(HEADLESS):
            return headless_error(error.code, str(error), status=error.status)
        if isinstance(error, NoSite):
            # Every other page of ours names its publication.
            return render(request, "errors/no_site.html", {"error": error}, status=error.status)
        # htmx follows a redirect itself and would put the whole sign-in page into a part of this
        # one.
        if isinstance(error, SignInRequired) and not request.htmx:
            return redirect_to_login(request.get_full_path())
        response = render(request, "errors/problem.html", {"error": error}, status=error.status)
        for name, value in error.headers.items():
            response.headers[name] = value
        return response
