"""Refuse unreadable requests before any view sees them."""

import re
from collections.abc import Callable, Mapping
from enum import Enum
from http import HTTPStatus
from typing import Any, TypeVar

from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import Http404, HttpResponseNotAllowed, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from core.inputs import (
    MAX_ID,
    UNSTORABLE,
    has_unstorable,
    is_bounded,
    is_storable,
    read_id,
    read_json,
)
from core.web.http import HttpRequest

# The API of allauth, which parses its bodies itself.
HEADLESS = "/_allauth/"
_REFUSED = re.compile(r";\s*q=0(\.0*)?\s*$")
_WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})
_METHODS = _WITHOUT_BODY | {"POST", "PUT", "PATCH", "DELETE"}
# Characters; the counts of a hundred threads by their URLs take some ten thousand.
_LONGEST_QUERY = 65_536
# Bytes of a body, unless its view takes a larger one: four times a comment of 20,000 characters in
# the longest spelling of JSON, and below what takes a noticeable time to parse.
LARGEST_BODY = 256 * 1024
# For lists of words and rulebooks, and for files.
LARGE, OF_FILES = 2_500_000, 13_000_000
_UTF_8 = frozenset({None, "utf-8", "utf8", "us-ascii", "ascii"})


Choice = TypeVar("Choice", bound=Enum)
View = TypeVar("View", bound=Callable[..., Any])


class UnstorableForm(BadRequest):
    """A form with a NUL. Dropping it would store another text than the person sent."""


class ReadableRequests:
    """Middleware: 400 for what cannot be read or stored, 413 for a longer text than anything here
    takes, 404 for ids beyond those of the database, 405 for methods that nothing here takes.

    Django decodes paths, queries and forms so that they hold no half of a surrogate pair; NUL is
    left to refuse there. In JSON both can be written.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in _METHODS:
            return HttpResponseNotAllowed(sorted(_METHODS))
        _settle_encoding(request)
        # The query as it was sent, because parsing it takes longer, and prepared pages are fast.
        query = request.META.get("QUERY_STRING", "")
        if "\0" in request.path_info or "%00" in query:
            raise BadRequest
        if len(query) > _LONGEST_QUERY:
            raise RequestDataTooBig
        # WhiteNoise and the prepared pages look for the name of a coding alone.
        if "q=0" in (codings := request.META.get("HTTP_ACCEPT_ENCODING", "")):
            request.META["HTTP_ACCEPT_ENCODING"] = _without_refused(codings)
            # The headers are a copy of `META`, made when they are first asked for.
            vars(request).pop("headers", None)
        # A quoted cookie may write NUL as an octal escape. The browser would send it with every
        # request, so that refusing them would lock the person out.
        if '"' in request.META.get("HTTP_COOKIE", ""):
            request.COOKIES = {
                name: value for name, value in request.COOKIES.items() if is_storable(value)
            }
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],
        args: tuple[Any, ...],  # noqa: ARG002 - of Django
        kwargs: Mapping[str, Any],
    ) -> HttpResponseBase | None:
        if any(isinstance(value, int) and value > MAX_ID for value in kwargs.values()):
            raise Http404
        if request.method in _WITHOUT_BODY:
            return None
        # Before anything parses the body, as the check for CSRF does.
        if _length_of(request) > largest_body_of(view):
            raise RequestDataTooBig
        if request.path_info.startswith(HEADLESS):
            return _refuse_json(request)
        if _has_form(request, view):
            if _has_nul(request.FILES):
                raise BadRequest
            if not is_bounded(dict(request.POST.lists())):
                raise RequestDataTooBig
            if _has_nul(request.POST):
                raise UnstorableForm
        return None


def takes_body(largest: int) -> Callable[[View], View]:
    """Let a view take bodies of up to so many bytes. Views of the API have it as an attribute."""

    def decorate(view: View) -> View:
        view.largest_body = largest  # type: ignore[attr-defined]
        return view

    return decorate


def largest_body_of(view: Callable[..., Any]) -> int:
    # `as_view` makes a function that names its class.
    owner = view if hasattr(view, "largest_body") else getattr(view, "cls", None)
    largest: int = getattr(owner, "largest_body", LARGEST_BODY)
    return largest


def _length_of(request: HttpRequest) -> int:
    # A length that is no number is that of an empty body for Django, too.
    return read_id(request.META.get("CONTENT_LENGTH") or "") or 0


def _without_refused(codings: str) -> str:
    """Drop the codings of an Accept-Encoding header that have the weight 0 (RFC 9110, 12.5.3)."""
    return ",".join(coding for coding in codings.split(",") if not _REFUSED.search(coding))


def _settle_encoding(request: HttpRequest) -> None:
    """Read everything as UTF-8: codecs of Python that are no charsets would fail while decoding."""
    if (request.encoding and request.encoding.lower()) in _UTF_8:
        return
    if request.method not in _WITHOUT_BODY:
        raise BadRequest
    request.encoding = "utf-8"


def posted_choice(request: HttpRequest, name: str, choices: type[Choice]) -> Choice:
    """Return the member that a form of ours always names; 400 for a form made by others."""
    try:
        return choices(request.POST.get(name, ""))
    except ValueError as error:
        raise BadRequest from error


def _has_form(request: HttpRequest, view: Callable[..., HttpResponseBase]) -> bool:
    if request.content_type == "application/x-www-form-urlencoded":
        return True
    # The check for CSRF reads the other forms in any case. Those that it skips are left to their
    # views, which may bound the files that they accept.
    is_multipart = request.content_type == "multipart/form-data"
    return is_multipart and not getattr(view, "csrf_exempt", False)


def _has_nul(form: MultiValueDict[str, Any]) -> bool:
    return any(
        "\0" in name or any("\0" in str(value) for value in values) for name, values in form.lists()
    )


def _refuse_json(request: HttpRequest) -> HttpResponseBase | None:
    if not request.body:
        return None
    try:
        value = read_json(request.body)
    except ValueError:
        return headless_error("invalid_json", _("The body of the request is not valid JSON."))
    if not isinstance(value, dict):
        return headless_error("invalid_json", _("The body of the request must be an object."))
    if not is_bounded(value):
        message = _("This is more than we take at once.")
        return headless_error("too_large", message, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if has_unstorable(value):
        return headless_error("unstorable", str(UNSTORABLE))
    return None


def headless_error(code: str, message: str, *, status: int = 400) -> JsonResponse:
    """Answer a request to `HEADLESS` in allauth's format."""
    errors = [{"message": message, "code": code}]
    return JsonResponse({"status": status, "errors": errors}, status=status)
