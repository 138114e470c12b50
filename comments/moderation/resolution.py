from collections.abc import Mapping

from django.utils import timezone

from comments.models import Appeal, AppealEvent, ModerationEvent, Report
from comments.states import AppealState, ReportOutcome, State
from core.audit import actor_fields

_Action = ModerationEvent.Action
_ANSWERS: Mapping[str, ReportOutcome] = {
    _Action.APPROVED: ReportOutcome.DECLINED,
    _Action.KEPT: ReportOutcome.DECLINED,
    _Action.REJECTED: ReportOutcome.UPHELD,
    _Action.REMOVED: ReportOutcome.UPHELD,
    _Action.PASSED_ON: ReportOutcome.UPHELD,
    _Action.WITHDRAWN: ReportOutcome.MOOT,
}


def settle_reports(event: ModerationEvent) -> None:
    """In the transaction of the decision that answers them, under the lock of the comment.

    A decision that is taken back takes its answers back; a comment that is restored makes wrong
    those who had it removed.
    """
    reports = Report.objects.filter(comment=event.comment_id)
    if event.action == _Action.UNDONE:
        _reopen(event)
    elif event.action == _Action.RESTORED:
        reports.filter(outcome=ReportOutcome.UPHELD).update(
            outcome=ReportOutcome.DECLINED, settled_by=event
        )
    elif event.action in _ANSWERS:
        reports.open().update(outcome=_ANSWERS[event.action], settled_by=event)


def settle_appeals(event: ModerationEvent) -> None:
    """An appeal against a decision that no longer stands is not needed any more."""
    if event.to_state in {State.REJECTED, State.REMOVED}:
        return
    now = timezone.now()
    for appeal in Appeal.objects.filter(comment=event.comment_id, state=AppealState.OPEN):
        appeal.state, appeal.decided_at = AppealState.MOOT, now
        appeal.save(update_fields=["state", "decided_at"])
        AppealEvent.objects.create(
            appeal=appeal,
            action=AppealEvent.Action.MOOT,
            from_state=AppealState.OPEN,
            to_state=AppealState.MOOT,
            **actor_fields(event.actor),
        )


def _reopen(event: ModerationEvent) -> None:
    undone = event.comment.events.filter(pk__lt=event.pk).order_by("id").last()
    settled = Report.objects.filter(settled_by=undone) if undone else Report.objects.none()
    if event.to_state in {State.REJECTED, State.REMOVED}:
        settled.update(outcome=ReportOutcome.UPHELD, settled_by=event)
    else:
        settled.update(outcome=ReportOutcome.OPEN, settled_by=None)
