"""Asking the publication's own moderation service about a text: a signed question over HTTP, and an
answer that counts only if it is signed as well, in time, and says what to do."""

import orjson
import structlog
from django.utils import timezone

from comments.moderation.external_review import (
    HookAnswer,
    Question,
    claim_question,
    take_answer,
    take_failure,
)
from comments.screening import Outcome
from core import outgoing, signatures

_LONGEST_ANSWER = 16_384

log = structlog.get_logger(__name__)


class BadAnswer(Exception):
    """What is wrong with it, for the record."""


def put_question(call_id: int) -> None:
    question = claim_question(call_id=call_id)
    if question is None:
        return
    try:
        answer = _asked(question)
    except outgoing.Unreachable as error:
        _failed(call_id, error.failure.value)
    except BadAnswer as error:
        _failed(call_id, str(error))
    else:
        take_answer(call_id=call_id, answer=answer)


def _failed(call_id: int, note: str) -> None:
    log.warning("hook_failed", call=call_id, note=note)
    take_failure(call_id=call_id, note=note)


def _asked(question: Question) -> HookAnswer:
    settings = question.settings
    if not settings.hook_url:
        raise BadAnswer("switched off meanwhile")
    # The same for every attempt: a service that has answered already may know it again.
    message_id = f"screening-{question.call_id}"
    body = orjson.dumps(_told(question))
    headers = signatures.signed_headers(
        message_id=message_id, at=timezone.now(), body=body, keys=[settings.hook_secret]
    )
    answer = outgoing.post(
        settings.hook_url,
        body=body,
        headers={**headers, "Content-Type": "application/json"},
        seconds=settings.hook_seconds,
        most=_LONGEST_ANSWER,
    )
    if not answer.is_success:
        raise BadAnswer(f"answered with status {answer.status}")
    if not signatures.is_signed(
        answer.headers,
        message_id=message_id,
        body=answer.body,
        key=settings.hook_secret,
    ):
        raise BadAnswer("the answer is not signed with the secret")
    return _understood(answer.body)


def _told(question: Question) -> dict[str, object]:
    revision = question.revision
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


def _understood(body: bytes) -> HookAnswer:
    """`{"outcome": "publish" | "hold" | "reject", "note": "for the record"}`"""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadAnswer("the answer is not JSON") from error
    match said:
        case {"outcome": str(outcome), **rest} if outcome in set(Outcome):
            return HookAnswer(Outcome(outcome), str(rest.get("note", "")))
    raise BadAnswer("the answer names no outcome")
