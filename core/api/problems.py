"""RFC 9457 problem details for everything the API refuses."""

from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler

from core.errors import (
    PROBLEM_JSON,
    DomainError,
    InvalidInput,
    StrOrPromise,
    plain_problem,
    problem,
)
from core.inputs import UNSTORABLE

# Our sentences for errors that the framework reports in English alone.
_OWN_SENTENCES: dict[str | None, StrOrPromise] = {
    "surrogate_characters_not_allowed": UNSTORABLE,
    "null_characters_not_allowed": UNSTORABLE,
}


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(error, DomainError):
        structlog.contextvars.bind_contextvars(refusal=error.code)
        return _respond(problem(error), error.status, error.headers)
    answered = drf_exception_handler(error, context)
    if answered is None:
        return None
    document = _of_framework(error, answered)
    # The line of the request says why it was refused.
    structlog.contextvars.bind_contextvars(refusal=document["code"])
    return _respond(document, answered.status_code, dict(answered.headers))


def _respond(
    document: dict[str, Any], status: int, headers: dict[str, str] | None = None
) -> Response:
    # DRF's own headers go on, such as WWW-Authenticate and Retry-After. Its media type would hide
    # that this is problem+json (RFC 9457, section 3).
    headers = {name: value for name, value in (headers or {}).items() if name != "Content-Type"}
    return Response(document, status=status, headers=headers, content_type=PROBLEM_JSON)


def _of_framework(error: Exception, answered: Response) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        # A body that a DRF serializer rejects keeps DRF's status 400; an action's InvalidInput is
        # 422. The document must repeat the response's own status (RFC 9457, section 3.1.2).
        return problem(InvalidInput(_sentences(error))) | {"status": answered.status_code}
    return plain_problem(HTTPStatus(answered.status_code), _code(error), _detail(error))


def _detail(error: Exception) -> str:
    if isinstance(error, exceptions.APIException):
        return str(error.detail)
    return _("There is no such thing here") if isinstance(error, Http404) else ""


def _sentences(error: exceptions.ValidationError) -> dict[str, list[StrOrPromise]]:
    """By field, a nested one by its dotted path; what concerns no field stands under ""."""
    by_field: dict[str, list[StrOrPromise]] = {}

    def walk(detail: Any, path: str) -> None:
        if isinstance(detail, dict):
            for name, below in detail.items():
                walk(below, f"{path}.{name}" if path else str(name))
        elif isinstance(detail, list):
            for below in detail:
                walk(below, path)
        else:
            by_field.setdefault(path.removesuffix("non_field_errors").removesuffix("."), []).append(
                str(_OWN_SENTENCES.get(getattr(detail, "code", None), detail))
            )

    walk(error.detail, "")
    return by_field


def _code(error: Exception) -> str:
    if isinstance(error, exceptions.APIException):
        return str(error.get_codes())
    return "not_permitted" if isinstance(error, PermissionDenied) else "not_found"
