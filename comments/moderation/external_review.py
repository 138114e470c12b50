"""The external review: the publication's own moderation service decides on a new text.

`comments.moderation.external_client` sends the request, outside any transaction. Without a valid
response the comment stays held for an editor, whose decision always takes precedence.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from comments.models import (
    Comment,
    CommentSettings,
    ExternalReview,
    ModerationEvent,
    Revision,
    Rule,
)
from comments.models.decisions import DecisionDetails
from comments.models.threads import settings_of
from comments.moderation.decisions import completed, notify_author
from comments.moderation.state_changes import Transition, change_state
from comments.screening import Outcome
from comments.states import EXTERNAL_REVIEW, AuthorNotice, ExternalReviewStatus, State
from core import outbox

# The pause before each retry; after the last one the comment is left to an editor. Readers wait for
# their comment all that time, so the pauses are far shorter than those of webhooks.
PAUSES = (timedelta(seconds=15), timedelta(minutes=1), timedelta(minutes=5))
# A worker that has recorded nothing for so long after the deadline of its request is lost.
_LOST_AFTER = timedelta(seconds=60)
_LONGEST_NOTE = 1_000
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    review_id: int
    revision: Revision
    settings: CommentSettings


@dataclass(frozen=True, slots=True)
class ReviewVerdict:
    """`rule` is the code of the rule that a rejection rests on."""

    outcome: Outcome
    note: str = ""
    rule: str = ""


def open_external_review(comment: Comment, now: datetime) -> None:
    """Run inside the transaction that writes the text."""
    revision = Revision.objects.get(comment=comment, number=comment.revision_number)
    review = ExternalReview.objects.create(revision=revision, due_at=now)
    outbox.publish("external_review.due", review_id=review.pk)


@transaction.atomic(durable=True)
def claim_review(*, review_id: int) -> ReviewRequest | None:
    """Return None when another worker has claimed it or it no longer waits for a verdict."""
    now = timezone.now()
    review = ExternalReview.objects.with_comment().filter(pk=review_id).first()
    if review is None:
        return None
    settings = settings_of(review.revision.comment.site)
    lost_at = now + timedelta(seconds=settings.external_review_seconds) + _LOST_AFTER
    if not ExternalReview.objects.claim(review_id, now, lost_at):
        return None
    return ReviewRequest(review_id, review.revision, settings)


@transaction.atomic(durable=True)
def record_verdict(*, review_id: int, verdict: ReviewVerdict) -> None:
    """Apply the verdict once; the same verdict delivered again changes nothing."""
    review, comment = _locked(review_id)
    if review.status != ExternalReviewStatus.WAITING:
        return
    review.outcome, review.note = verdict.outcome, verdict.note[:_LONGEST_NOTE]
    if not _is_undecided(review, comment):
        _change_status(review, ExternalReviewStatus.OVERTAKEN)
        return
    _change_status(review, ExternalReviewStatus.ANSWERED)
    was_awaited = comment.awaits_external_review
    _stop_waiting(comment)
    if verdict.outcome == Outcome.REJECT:
        _change_comment(comment, State.REJECTED, verdict)
    # A comment that another phase holds as well waits for an editor, even if the service would
    # publish it.
    elif verdict.outcome == Outcome.PUBLISH and was_awaited:
        _change_comment(comment, State.PUBLISHED, verdict)


@transaction.atomic(durable=True)
def record_failure(*, review_id: int, note: str) -> None:
    """Plan the next attempt, or leave the comment to an editor after the last one."""
    review, comment = _locked(review_id)
    if review.status != ExternalReviewStatus.WAITING:
        return
    review.note = note[:_LONGEST_NOTE]
    if review.attempts <= len(PAUSES):
        review.due_at = timezone.now() + PAUSES[review.attempts - 1]
        review.save(update_fields=["note", "due_at"])
        return
    _change_status(review, ExternalReviewStatus.FAILED)
    # A comment that was edited or decided since is not this review's any more.
    if _is_undecided(review, comment):
        _stop_waiting(comment)


@transaction.atomic(durable=True)
def publish_due_reviews() -> None:
    """Publish the reviews whose retry is due and those that a lost worker left behind."""
    due = ExternalReview.objects.due(timezone.now())[:_AT_ONCE]
    outbox.publish_missing(["external_review.due"], "review_id", list(due))


def _locked(review_id: int) -> tuple[ExternalReview, Comment]:
    review = ExternalReview.objects.with_comment().get(pk=review_id)
    # Everything that writes to a comment locks the comment first: another order would deadlock.
    comment = Comment.objects.select_for_update(no_key=True).get(pk=review.revision.comment_id)
    review.refresh_from_db(fields=["status", "attempts"])
    return review, comment


def _is_undecided(review: ExternalReview, comment: Comment) -> bool:
    """Return whether the comment is undecided and its text is still the one sent for review."""
    is_current = comment.revision_number == review.revision.number
    return is_current and comment.state == State.HELD and comment.decided_at is None


def _change_status(review: ExternalReview, to: ExternalReviewStatus) -> None:
    """The one place where the status of an external review changes; run under the row's lock."""
    if EXTERNAL_REVIEW.needs_change(ExternalReviewStatus(review.status), to):
        review.status = to
        review.save(update_fields=["status", "outcome", "note"])


def _stop_waiting(comment: Comment) -> None:
    comment.awaits_external_review = False
    comment.save(update_fields=["awaits_external_review"])


def _change_comment(comment: Comment, to: State, verdict: ReviewVerdict) -> None:
    details = _rejection(comment, verdict) if to == State.REJECTED else DecisionDetails()
    result = change_state(
        comment.pk,
        Transition(
            action=ModerationEvent.Action.CHECKED,
            to=to,
            sources={State.HELD},
            actor=None,
            expected=State.HELD,
            details=details,
            evidence={"external_review": {"outcome": verdict.outcome, "note": verdict.note}},
        ),
    )
    if result.event is not None:
        notify_author(result.comment, result.event)


def _rejection(comment: Comment, verdict: ReviewVerdict) -> DecisionDetails:
    """The rule is the one that the service names, or else the one of the settings."""
    settings = settings_of(comment.site)
    in_force = {rule.code: rule for rule in Rule.objects.in_force(comment.site)}
    rule = in_force.get(verdict.rule) or in_force.get(settings.external_review_rule)
    if rule is None:
        # No editor chose a notice for the author, so the publication's settings do.
        return DecisionDetails(author_notice=AuthorNotice(settings.author_notice))
    return completed(comment.site, DecisionDetails(rule=rule), rule)
