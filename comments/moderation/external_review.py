"""The publication's own moderation service: what is asked of it, and what its answer does.

The request runs outside any transaction; see `comments.moderation.external_client`. Without a valid
answer the comment stays held for an editor, whose decision always takes precedence.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from comments.models import Comment, CommentSettings, HookCall, ModerationEvent, Revision
from comments.models.threads import settings_of
from comments.moderation.state_changes import Change, change_state
from comments.screening import Outcome
from comments.states import AuthorNotice, State
from core import outbox

# How long to wait before asking once more.
PAUSES = (timedelta(seconds=15), timedelta(minutes=1), timedelta(minutes=5))
# A worker that has not said anything for so long after the deadline is lost.
_LOST_AFTER = timedelta(seconds=60)
_LONGEST_NOTE = 1_000
_AT_ONCE = 100

Stage = HookCall.Stage


@dataclass(frozen=True, slots=True)
class Question:
    call_id: int
    revision: Revision
    settings: CommentSettings


@dataclass(frozen=True, slots=True)
class HookAnswer:
    outcome: Outcome
    note: str = ""


def require_answer(comment: Comment, now: datetime) -> None:
    """Inside the transaction that writes the text."""
    revision = Revision.objects.get(comment=comment, number=comment.revision_number)
    call = HookCall.objects.create(revision=revision, due_at=now)
    outbox.publish("comment.hook_due", call_id=call.pk)


@transaction.atomic(durable=True)
def claim_question(*, call_id: int) -> Question | None:
    """None where somebody else asks it now, or nobody needs to any more."""
    now = timezone.now()
    call = HookCall.objects.with_comment().filter(pk=call_id).first()
    if call is None:
        return None
    settings = settings_of(call.revision.comment.site)
    lost_at = now + timedelta(seconds=settings.hook_seconds) + _LOST_AFTER
    if not HookCall.objects.claim(call_id, now, lost_at):
        return None
    return Question(call_id, call.revision, settings)


@transaction.atomic(durable=True)
def take_answer(*, call_id: int, answer: HookAnswer) -> None:
    """Once, however often it comes."""
    call, comment = _locked(call_id)
    if call.stage != Stage.WAITING:
        return
    if not _is_open(call, comment):
        _close(call, Stage.OVERTAKEN, answer)
        return
    _close(call, Stage.ANSWERED, answer)
    awaited = comment.awaits_hook
    _stop_waiting(comment)
    if answer.outcome == Outcome.REJECT:
        _change(comment, State.REJECTED, answer)
    elif answer.outcome == Outcome.PUBLISH and awaited:
        _change(comment, State.PUBLISHED, answer)


@transaction.atomic(durable=True)
def take_failure(*, call_id: int, note: str) -> None:
    """Asked again after a while; after the last time it is left to an editor."""
    call, comment = _locked(call_id)
    if call.stage != Stage.WAITING:
        return
    call.note = note[:_LONGEST_NOTE]
    if call.attempts <= len(PAUSES):
        call.due_at = timezone.now() + PAUSES[call.attempts - 1]
        call.save(update_fields=["note", "due_at"])
        return
    call.stage = Stage.FAILED
    call.save(update_fields=["note", "stage"])
    if _is_open(call, comment):
        _stop_waiting(comment)


@transaction.atomic(durable=True)
def ask_what_is_due() -> None:
    """What is to be asked again, and what a lost worker left behind."""
    for call_id in HookCall.objects.due(timezone.now())[:_AT_ONCE]:
        outbox.publish("comment.hook_due", call_id=call_id)


def _locked(call_id: int) -> tuple[HookCall, Comment]:
    """The comment first, as everybody else does who writes to it."""
    call = HookCall.objects.with_comment().get(pk=call_id)
    comment = Comment.objects.select_for_update(no_key=True).get(pk=call.revision.comment_id)
    call.refresh_from_db(fields=["stage", "attempts"])
    return call, comment


def _is_open(call: HookCall, comment: Comment) -> bool:
    """Nobody has decided, and it is still this text."""
    is_current = comment.revision_number == call.revision.number
    return is_current and comment.state == State.HELD and comment.decided_at is None


def _close(call: HookCall, stage: HookCall.Stage, answer: HookAnswer) -> None:
    call.stage, call.outcome, call.note = stage, answer.outcome, answer.note[:_LONGEST_NOTE]
    call.save(update_fields=["stage", "outcome", "note"])


def _stop_waiting(comment: Comment) -> None:
    comment.awaits_hook = False
    comment.save(update_fields=["awaits_hook"])


def _change(comment: Comment, to: State, answer: HookAnswer) -> None:
    is_against = to == State.REJECTED
    change_state(
        comment.pk,
        Change(
            action=ModerationEvent.Action.CHECKED,
            to=to,
            sources={State.HELD},
            actor=None,
            expected=State.HELD,
            author_notice=AuthorNotice(settings_of(comment.site).author_notice)
            if is_against
            else None,
            evidence={"hook": {"outcome": answer.outcome, "note": answer.note}},
        ),
    )
