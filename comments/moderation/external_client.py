"""Request a verdict from the publication's own moderation service, over HTTP.

The request is signed. A response counts only if it is signed as well, arrives in time and names an
outcome; docs/moderation-service.md describes both for those who write such a service.
"""

import orjson
import structlog
from django.utils import timezone

from comments.moderation.external_review import (
    ReviewRequest,
    ReviewVerdict,
    claim_review,
    record_failure,
    record_verdict,
)
from comments.screening import Outcome
from core import outgoing, signatures

# Promised to those who write such a service: docs/moderation-service.md.
_LONGEST_RESPONSE = 16_384

log = structlog.get_logger(__name__)


class InvalidResponse(Exception):
    """The message says what is wrong; it is stored with the review."""


def request_review(review_id: int) -> None:
    request = claim_review(review_id=review_id)
    if request is None:
        return
    try:
        verdict = _request_verdict(request)
    except outgoing.Unreachable as error:
        _fail(review_id, error.failure.value)
    except InvalidResponse as error:
        _fail(review_id, str(error))
    else:
        record_verdict(review_id=review_id, verdict=verdict)


def _fail(review_id: int, note: str) -> None:
    log.warning("external_review_failed", review=review_id, note=note)
    record_failure(review_id=review_id, note=note)


def _request_verdict(request: ReviewRequest) -> ReviewVerdict:
    settings = request.settings
    if not settings.external_review_url:
        raise InvalidResponse("the external review was switched off")
    # Every attempt has the same id, so that a service can recognise a request that it has answered.
    message_id = f"screening-{request.review_id}"
    body = orjson.dumps(_payload(request))
    headers = signatures.signed_headers(
        message_id=message_id,
        at=timezone.now(),
        body=body,
        keys=[settings.external_review_secret],
    )
    response = outgoing.post(
        settings.external_review_url,
        body=body,
        headers={**headers, "Content-Type": "application/json"},
        seconds=settings.external_review_seconds,
        most=_LONGEST_RESPONSE,
    )
    if not response.is_success:
        raise InvalidResponse(f"answered with status {response.status}")
    # An unsigned response could come from a new owner of the URL after the domain has lapsed.
    if not signatures.is_signed(
        response.headers,
        message_id=message_id,
        body=response.body,
        key=settings.external_review_secret,
    ):
        raise InvalidResponse("the answer is not signed with the secret")
    return _parse(response.body)


def _payload(request: ReviewRequest) -> dict[str, object]:
    revision = request.revision
    comment, author = revision.comment, revision.comment.author
    return {
        "type": "comment.screening",
        "site": comment.site.slug,
        "thread": {
            "key": comment.thread.key,
            "title": comment.thread.title,
            "url": comment.thread.url,
        },
        "comment": {
            "id": comment.pk,
            "revision": revision.number,
            "parent": comment.parent_id,
            "text": revision.text,
        },
        "author": {
            "id": author.pk,
            "name": author.display_name,
            "registered_at": author.date_joined,
        }
        if author
        else None,
        "findings": revision.findings,
    }


def _parse(body: bytes) -> ReviewVerdict:
    """Parse `{"outcome": "publish" | "hold" | "reject", "note": "for editors", "rule": "spam"}`."""
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InvalidResponse("the answer is not JSON") from error
    match payload:
        # Further members are ignored, so that a service may say more than we read.
        case {"outcome": str(outcome), **rest} if outcome in set(Outcome):
            return ReviewVerdict(
                Outcome(outcome), str(rest.get("note", "")), str(rest.get("rule", ""))
            )
    raise InvalidResponse("the answer names no outcome")
