"""Errors of actions, worded for people.

Each app defines its errors next to the actions that raise them; they all derive from
`DomainError`, become RFC 9457 problem+json in the API and a sentence on a page.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

StrOrPromise: TypeAlias = str | Promise

PROBLEM_JSON = "application/problem+json"


def plain_problem(status: HTTPStatus, code: str, detail: str = "") -> dict[str, Any]:
    """The document of a problem that says no more than its status (RFC 9457, 4.2.1)."""
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "code": code,
    }
    return document | ({"detail": detail} if detail else {})


class DomainError(Exception):
    """`code` is stable and for programs; `title` and `detail` are for people.

    `extra` members are added to the problem document unchanged, so they must be JSON-ready.
    `retry_after` is in how many seconds to ask again, for the header of that name.
    """

    code = "refused"
    status = 400
    title: StrOrPromise = _("This cannot be done")

    def __init__(
        self,
        detail: StrOrPromise = "",
        *,
        extra: Mapping[str, Any] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(str(detail or self.title))
        self.detail = detail
        self.extra = dict(extra or {})
        self.retry_after = retry_after

    @property
    def headers(self) -> dict[str, str]:
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}


class InvalidInput(DomainError):
    """Invalid input. `fields` maps each field's name to its error sentences."""

    code = "invalid"
    status = 422
    title = _("Please correct what is marked")

    def __init__(self, fields: Mapping[str, list[StrOrPromise]], detail: StrOrPromise = "") -> None:
        super().__init__(detail)
        self.fields = {
            name: [str(sentence) for sentence in sentences] for name, sentences in fields.items()
        }


def problem(error: DomainError) -> dict[str, Any]:
    """The document of an error, in the language in force (RFC 9457)."""
    document: dict[str, Any] = {
        "type": f"urn:otklik:problem:{error.code}",
        "title": str(error.title),
        "status": error.status,
        "code": error.code,
    }
    if error.detail:
        document["detail"] = str(error.detail)
    if isinstance(error, InvalidInput):
        document["errors"] = error.fields
    return document | error.extra


class SignInRequired(DomainError):
    code = "sign_in_required"
    status = 401
    title = _("Sign in to continue")


class NotPermitted(DomainError):
    code = "not_permitted"
    status = 403
    title = _("You are not permitted to do this")


class NotFound(DomainError):
    code = "not_found"
    status = 404
    title = _("There is no such thing here")


class Conflict(DomainError):
    code = "conflict"
    status = 409
    title = _("This has changed in the meantime")


class TooManyRequests(DomainError):
    code = "too_many_requests"
    status = 429
    title = _("Too many requests")


class Busy(DomainError):
    """All places for a kind of costly work are taken: it is refused before it begins."""

    code = "busy"
    status = 503
    title = _("Too many people are asking for this right now. Please try again in a moment.")

    def __init__(self, detail: StrOrPromise = "") -> None:
        super().__init__(detail, retry_after=_BUSY_FOR)


# Seconds: about as long as one piece of the work takes.
_BUSY_FOR = 5
