"""The one place where the state of a comment changes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F
from django.utils import timezone

from accounts.models import User
from comments.models import Comment, ModerationEvent, Revision, Thread
from comments.models.decisions import DecisionDetails
from comments.moderation.resolution import resolve_appeals, resolve_reports
from comments.states import TRANSITIONS, Placeholder, State
from core import outbox
from core.audit import actor_fields, own_act_fields
from core.changes import THREADS
from core.states import ForbiddenTransition

_NO_DETAILS = DecisionDetails()


@dataclass(frozen=True, slots=True)
class Transition:
    """A requested change of state. `sources` are the states from which this action is valid, a
    subset of the transition table.

    `expected` is the state that the person saw, or None for automatic changes.
    """

    action: ModerationEvent.Action
    to: State
    sources: Collection[State]
    actor: User | None
    expected: State | None = None
    details: DecisionDetails = _NO_DETAILS
    evidence: Mapping[str, Any] = field(default_factory=dict)
    # True for a decision that keeps the state, such as declining reports; it is recorded, too.
    stays: bool = False


@dataclass(frozen=True, slots=True)
class TransitionResult:
    """`event` is None when the comment had that state already."""

    comment: Comment
    event: ModerationEvent | None


def change_state(comment_id: int, change: Transition) -> TransitionResult:
    """Change the state and write the audit event, inside an action's transaction.

    A comment that has the state already is returned unchanged, without an event.
    """
    comment = (
        # Not the full lock: rows that refer to the comment, such as reactions, take a key-share
        # lock on it and need not wait.
        Comment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("thread__site__comment_settings", "author")
        .get(pk=comment_id)
    )
    before = State(comment.state)
    # The table of transitions would take a decision that keeps the state for a repeated one, and
    # record nothing.
    if change.stays and before == change.to:
        return _stay(comment, change)
    if not TRANSITIONS.needs_change(before, change.to, expected=change.expected):
        return TransitionResult(comment, None)
    if before not in change.sources:
        raise ForbiddenTransition(extra={"current": str(before)})
    _write(comment, change)
    event = _record(comment, before, change)
    resolve_reports(event)
    resolve_appeals(event)
    outbox.publish("comment.decided", comment_id=comment.pk, event_id=event.pk)
    _touch_thread(comment.thread_id, before, change.to)
    return TransitionResult(comment, event)


def _stay(comment: Comment, change: Transition) -> TransitionResult:
    """Record a decision that keeps the state. The public page is unchanged, so no event is
    published."""
    comment.decided_at = timezone.now()
    comment.save(update_fields=["decided_at"])
    event = _record(comment, change.to, change)
    resolve_reports(event)
    return TransitionResult(comment, event)


def _write(comment: Comment, change: Transition) -> None:
    now = timezone.now()
    comment.state = change.to
    if change.to == State.PUBLISHED:
        # A restored comment keeps its first moment, so that statistics count it as published once.
        comment.published_at = comment.published_at or now
    if change.to == State.WITHDRAWN:
        comment.withdrawn_at = now
    # A hold by readers' reports has no actor, and is no decision.
    elif change.actor is not None or change.to in {State.REJECTED, State.REMOVED}:
        comment.decided_at = now
    if change.details.placeholder is not None:
        comment.placeholder = change.details.placeholder
    was_listed, comment.listed = comment.listed, _has_place(comment)
    comment.save(
        update_fields=[
            "state",
            "published_at",
            "withdrawn_at",
            "decided_at",
            "placeholder",
            "listed",
        ]
    )
    if was_listed != comment.listed and comment.parent_id is not None:
        _relist(comment.parent_id)


def _has_place(comment: Comment) -> bool:
    shown = comment.state == State.PUBLISHED or (
        comment.state == State.REMOVED and comment.placeholder == Placeholder.TOMBSTONE
    )
    # A comment that left no placeholder still holds the place of the replies below it.
    return shown or comment.children.filter(listed=True).exists()


def _relist(comment_id: int) -> None:
    """Update `listed` of a comment and its ancestors.

    Each row is locked: two decisions on siblings at once must each see what the other has done.
    """
    comment = Comment.objects.select_for_update(no_key=True).get(pk=comment_id)
    has_place = _has_place(comment)
    if has_place == comment.listed:
        return
    comment.listed = has_place
    comment.save(update_fields=["listed"])
    if comment.parent_id is not None:
        _relist(comment.parent_id)


def _touch_thread(thread_id: int, before: State, after: State) -> None:
    step = (after == State.PUBLISHED) - (before == State.PUBLISHED)
    # A removed comment may show as a tombstone, which comes and goes without changing the count.
    if step or State.REMOVED in {before, after}:
        touch_thread(thread_id, published=step)


def touch_thread(thread_id: int, *, published: int) -> None:
    """Add `published` to the thread's count and make its prepared pages stale.

    Call it last in a transaction: every post to the thread waits for the lock of this row.
    """
    Thread.objects.filter(pk=thread_id).update(
        version=F("version") + 1, published_count=F("published_count") + published
    )
    THREADS.announce(thread_id)


def _record(comment: Comment, before: State, change: Transition) -> ModerationEvent:
    revision = Revision.objects.get(comment=comment, number=comment.revision_number)
    return ModerationEvent.objects.create(
        comment=comment,
        revision=revision,
        action=change.action,
        from_state=before,
        to_state=change.to,
        evidence=dict(change.evidence) | {"screening": revision.verdict},
        **change.details.columns(),
        **_who(comment, change.actor),
    )


def _who(comment: Comment, actor: User | None) -> Mapping[str, Any]:
    is_own = actor is not None and actor.pk == comment.author_id
    return own_act_fields(actor) if is_own else actor_fields(actor)
