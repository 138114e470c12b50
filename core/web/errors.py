"""Error responses: a page, or problem+json below `/api/`."""

from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.views import defaults

from core.errors import PROBLEM_JSON, plain_problem
from core.inputs import UNSTORABLE
from core.web.inputs import UnstorableForm


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Needs no context: its processors ask for what a request refused early does not have."""
    # A request may be refused before the middleware that activates the reader's language.
    with translation.override(translation.get_language_from_request(request)):
        if isinstance(exception, RequestDataTooBig):
            return _too_large(request)
        is_unstorable = isinstance(exception, UnstorableForm)
        if _is_api(request):
            sentence = UNSTORABLE if is_unstorable else _("The request was not understood.")
            return _problem(HTTPStatus.BAD_REQUEST, str(sentence))
        page = render_to_string("400.html", {"is_unstorable": is_unstorable})
        return HttpResponseBadRequest(page)


def _too_large(request: HttpRequest) -> HttpResponse:
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if _is_api(request):
        return _problem(status, _("This is more than we take at once."))
    return HttpResponse(render_to_string("413.html"), status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_api(request):
        return _problem(HTTPStatus.NOT_FOUND, _("There is no page at this address."))
    return defaults.page_not_found(request, exception)


def failed(request: HttpRequest) -> HttpResponse:
    if _is_api(request):
        message = _("The fault is ours. Please try again a little later.")
        return _problem(HTTPStatus.INTERNAL_SERVER_ERROR, message)
    return defaults.server_error(request)


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _problem(status: HTTPStatus, detail: str) -> JsonResponse:
    document = plain_problem(status, status.name.lower(), detail)
    return JsonResponse(document, status=status, content_type=PROBLEM_JSON)
