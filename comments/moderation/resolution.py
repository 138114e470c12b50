"""Resolve the open reports and appeals that a decision answers."""

from collections.abc import Mapping

from comments.models import Appeal, ModerationEvent, Report
from comments.moderation.appeal_status import change_appeal_status
from comments.states import AppealStatus, ReportOutcome, State

_Action = ModerationEvent.Action
# Acts that are missing here, such as a hold, are no editor's judgement: the reports stay open.
_REPORT_OUTCOMES: Mapping[str, ReportOutcome] = {
    _Action.APPROVED: ReportOutcome.DECLINED,
    _Action.KEPT: ReportOutcome.DECLINED,
    _Action.REJECTED: ReportOutcome.UPHELD,
    _Action.REMOVED: ReportOutcome.UPHELD,
    _Action.FORWARDED: ReportOutcome.UPHELD,
    _Action.WITHDRAWN: ReportOutcome.MOOT,
}


def resolve_reports(event: ModerationEvent) -> None:
    """Give every open report on the comment the outcome that follows from the decision.

    Run inside the decision's transaction, under the lock of the comment. Undoing a decision reopens
    the reports that it resolved. Restoring a comment declines the reports that had it removed.
    """
    reports = Report.objects.filter(comment=event.comment_id)
    if event.action == _Action.UNDONE:
        _reopen(event)
    elif event.action == _Action.RESTORED:
        reports.filter(outcome=ReportOutcome.UPHELD).update(
            outcome=ReportOutcome.DECLINED, settled_by=event
        )
    elif event.action in _REPORT_OUTCOMES:
        reports.open().update(outcome=_REPORT_OUTCOMES[event.action], settled_by=event)


def resolve_appeals(event: ModerationEvent) -> None:
    """Close the open appeals as moot once the decision that they object to no longer applies."""
    if event.to_state in {State.REJECTED, State.REMOVED}:
        return
    # One by one and not by `update`, because each closed appeal needs its audit event.
    for appeal in Appeal.objects.filter(comment=event.comment_id, status=AppealStatus.OPEN):
        change_appeal_status(appeal, AppealStatus.MOOT, actor=event.actor)


def _reopen(event: ModerationEvent) -> None:
    undone = event.comment.events.filter(pk__lt=event.pk).order_by("id").last()
    settled = Report.objects.filter(settled_by=undone) if undone else Report.objects.none()
    if event.to_state in {State.REJECTED, State.REMOVED}:
        settled.update(outcome=ReportOutcome.UPHELD, settled_by=event)
    else:
        settled.update(outcome=ReportOutcome.OPEN, settled_by=None)
