from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, active_sanctions, require, require_no_sanction
from comments.emails.decision import comment_decided
from comments.models import Comment, ModerationEvent, Report, Rule
from comments.models.decisions import DecisionDetails
from comments.models.email_settings import email_settings_of
from comments.models.threads import settings_of
from comments.moderation.state_changes import Transition, change_state
from comments.report_weights import weight
from comments.states import State
from core import limits
from core.bounds import Bound, bounded
from core.errors import InvalidInput, NotFound, NotPermitted, TooManyRequests
from core.limits import Limit

LONGEST_NOTE = 1000
MOST_A_DAY = 50
# Many people of one network may see the same offence.
_REPORTS = Limit(act="report", seconds=3600, per_network=200)
_MANY_REPORTS = _("Very many reports are coming from your network. Please try again in an hour.")

_Action = ModerationEvent.Action


class OwnCommentReported(NotPermitted):
    code = "own_comment"
    title = _("This is your own comment: you may edit or withdraw it")


class TooManyReports(TooManyRequests):
    code = "too_many_reports"
    title = _("You have reported very many comments today; please come back tomorrow")


@bounded(rule_code=Bound(50), note=Bound(LONGEST_NOTE))
def report_comment(
    *, comment: Comment, reporter: User, rule_code: str, note: str = "", address: str = ""
) -> Report:
    """Report a comment once per person; a repeated report returns the first one. When the
    reporters' weights reach the site's threshold, the comment is held for an editor."""
    require(reporter, Permission.REPORT, comment.thread.site)
    limits.count(_REPORTS, ip=address, refusal=_MANY_REPORTS)
    return _report(comment, reporter, rule_code, note, address)


@transaction.atomic(durable=True)
def _report(comment: Comment, reporter: User, rule_code: str, note: str, address: str) -> Report:
    sanctions = active_sanctions(reporter, comment.thread.site, timezone.now(), address)
    require_no_sanction(Permission.REPORT, sanctions)
    rule = _broken_rule(comment, rule_code)
    comment = (
        Comment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("thread__site__comment_settings")
        .get(pk=comment.pk)
    )
    # Asked before the other checks: a second click, after the first one had the comment held, is no
    # error.
    earlier = Report.objects.filter(comment=comment, reporter=reporter).first()
    if earlier is not None:
        return earlier
    _require_reportable(comment, reporter)
    report = Report.objects.create(
        comment=comment,
        reporter=reporter,
        revision_number=comment.revision_number,
        rule=rule,
        note=note.strip()[:LONGEST_NOTE],
        weight=_weight_of(reporter, comment),
    )
    # In the same transaction, under the lock of the comment: of two reports at once, the second
    # sees the first.
    _hold_if_enough(comment)
    return report


def _broken_rule(comment: Comment, code: str) -> Rule:
    rule = Rule.objects.in_force(comment.thread.site).filter(code=code).first()
    if rule is None:
        raise InvalidInput({"rule": [_("Choose the rule that the comment breaks.")]})
    return rule


def _require_reportable(comment: Comment, reporter: User) -> None:
    if comment.author_id == reporter.pk:
        raise OwnCommentReported
    if comment.state != State.PUBLISHED:
        raise NotFound(_("This comment is no longer on the page: there is nothing left to report."))
    if Report.objects.made_since(reporter, timezone.now() - timedelta(days=1)) >= MOST_A_DAY:
        raise TooManyReports


def _weight_of(reporter: User, comment: Comment) -> float:
    site = comment.thread.site
    # Computed once and stored: later decisions on the reporter's other reports do not change it.
    record = Report.objects.record_of(reporter, site)
    age = timezone.now() - reporter.date_joined
    return weight(record, sample=settings_of(site).report_sample, age=age)


def _hold_if_enough(comment: Comment) -> None:
    threshold = settings_of(comment.thread.site).reports_to_hold
    if threshold is None or _has_stood(comment):
        return
    # A report about an earlier text says nothing about the present one.
    current = Report.objects.open().filter(comment=comment, revision_number=comment.revision_number)
    reports = list(current.select_related("rule__version"))
    total = sum(report.weight for report in reports)
    if total >= threshold:
        _hold(comment, reports, {"weight": round(total, 2), "threshold": threshold})


def _hold(comment: Comment, reports: Sequence[Report], evidence: Mapping[str, float]) -> None:
    """Under the rule that most of the reports name; the law may want its author to know why."""
    rule = _named_most(reports)
    held = Transition(
        action=_Action.HELD,
        to=State.HELD,
        sources={State.PUBLISHED},
        actor=None,
        details=DecisionDetails(rule=rule),
        evidence={"reports": [report.pk for report in reports], **evidence},
    )
    event = change_state(comment.pk, held).event
    if event is not None and email_settings_of(comment.thread.site).must_state_reasons(rule):
        comment_decided(comment, event)


def _named_most(reports: Sequence[Report]) -> Rule:
    weights: defaultdict[Rule, float] = defaultdict(float)
    for report in reports:
        weights[report.rule] += report.weight
    return max(weights, key=lambda rule: weights[rule])


def _has_stood(comment: Comment) -> bool:
    """Return whether an editor accepted this revision; then reports cannot hide it again."""
    let_stand = [_Action.APPROVED, _Action.KEPT, _Action.RESTORED]
    stood = comment.events.filter(action__in=let_stand)
    return stood.filter(revision__number=comment.revision_number).exists()
