"""Document the problems that the API answers with, which no view declares."""

from http import HTTPStatus
from typing import Any

from core.errors import PROBLEM_JSON

_WRITES = {"post", "put", "patch", "delete"}
_PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem details. Some problems have more members.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string", "description": "For people, in their language."},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "For programs; it never changes."},
        "detail": {"type": "string", "description": "For people, in their language."},
        "errors": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
            "description": "Sentences by field, a nested one by its dotted path.",
        },
    },
    "required": ["type", "title", "status", "code"],
}
_DESCRIPTIONS = {
    HTTPStatus.BAD_REQUEST: "The request cannot be read.",
    HTTPStatus.UNAUTHORIZED: "Sign in first.",
    HTTPStatus.FORBIDDEN: "The person may not do this, or the session was not proved (CSRF).",
    HTTPStatus.NOT_FOUND: "There is no such thing, or the person may not know of it.",
    HTTPStatus.CONFLICT: "This has changed, or was done already.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The request is larger than anything here takes.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body has another media type.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "The request is readable, but its content is refused.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests; `Retry-After` says when to ask again.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Too much of this is being done; `Retry-After` says when to "
    "ask again.",
}


def document_problems(
    result: dict[str, Any],
    generator: Any,  # noqa: ARG001 - of drf-spectacular
    request: Any,  # noqa: ARG001 - of drf-spectacular
    public: bool,  # noqa: ARG001 - of drf-spectacular
) -> dict[str, Any]:
    """Add the problems to every operation. A hook of drf-spectacular."""
    components = result["components"]
    components["schemas"]["Problem"] = _PROBLEM
    components["responses"] = {_name(status): _response(status) for status in _DESCRIPTIONS}
    for operations in result["paths"].values():
        for method, operation in operations.items():
            responses = operation["responses"]
            for status in _statuses(method, operation):
                reference = {"$ref": f"#/components/responses/{_name(status)}"}
                responses.setdefault(str(status.value), reference)
            operation["responses"] = dict(sorted(responses.items()))
    return result


def _statuses(method: str, operation: dict[str, Any]) -> set[HTTPStatus]:
    # The actions decide who may do what and what there is: drf-spectacular sees only that anybody
    # may ask.
    statuses = {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.SERVICE_UNAVAILABLE,
    }
    if method in _WRITES:
        statuses |= {HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY}
    if "requestBody" in operation:
        statuses |= {HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE}
    return statuses


def _name(status: HTTPStatus) -> str:
    """Return the name of the component: `NotFound`."""
    return status.phrase.title().replace(" ", "")


def _response(status: HTTPStatus) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": _DESCRIPTIONS[status],
        "content": {PROBLEM_JSON: {"schema": schema}},
    }
