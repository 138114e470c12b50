"""A person's private view of a thread: their hidden comments with reasons, and their rights."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import User
from accounts.permissions import (
    ActiveSanction,
    Permission,
    Person,
    UnderSanction,
    active_sanctions,
    can,
    require_no_sanction,
)
from comments.models import Appeal, Comment, ModerationEvent, Reaction, Report, Rule, Thread
from comments.models.email_settings import email_settings_of
from comments.models.threads import settings_of
from comments.notifications.preferences import muted_by, unread_count
from comments.screening.complaints import reads_as_complaint
from comments.screening.reasons import Reason, sentence
from comments.states import AuthorNotice, Mode, ReportOutcome, State
from core.models import Site
from core.paging import page

_REPORTS_SHOWN = _OWN_SHOWN = 30


@dataclass(frozen=True, slots=True)
class HiddenComment:
    """A comment that only its author sees. `rule` is the rule of the decision, if the author is
    notified of it. `reasons` say why the comment is held and what to change. `appeal_until` is
    None when no appeal is possible."""

    comment: Comment
    rule: Rule | None
    reasons: Sequence[str] = ()
    explanation: str = ""
    appeal_until: datetime | None = None
    appeal: Appeal | None = None
    # The text reads as a complaint, which may rather go to the publication's address.
    offers_complaint: bool = False


@dataclass(frozen=True, slots=True)
class ViewerState:
    """The viewer's private state in a thread.

    `reactions` and `reports` are keyed by comment id; `editable` holds ids of comments that may be
    edited now; `muted` holds ids of people; `unread` counts notifications. `id` is None and `name`
    empty for an anonymous viewer. `sanction` is a sentence on the sanction that forbids
    writing, or empty."""

    id: int | None
    name: str
    can_post: bool
    is_closed: bool
    premoderated: bool
    sanction: str
    hidden: Sequence[HiddenComment]
    editable: Collection[int]
    reactions: Mapping[int, str]
    reports: Mapping[int, str]
    muted: Sequence[int]
    unread: int
    can_report: bool


def viewer_state(thread: Thread, person: Person, ip: str) -> ViewerState:
    now = timezone.now()
    sanctions = sanctions_on(thread, person, now, ip)
    sanction = sanction_in_words(Permission.COMMENT, sanctions)
    return ViewerState(
        id=person.pk,
        name=person.display_name if isinstance(person, User) else "",
        can_post=not sanction and can(person, Permission.COMMENT, thread.site),
        is_closed=thread.is_closed(now),
        premoderated=thread.effective_mode == Mode.PREMODERATED,
        sanction=sanction,
        hidden=hidden_comments(thread, person),
        # An edit is screened as a new comment is, and refused for the same sanctions.
        editable=frozenset() if sanction else editable_comments(thread, person, now),
        reactions=_reactions(thread, person),
        reports=reports_in(thread, person),
        muted=muted_by(person),
        unread=unread_count(person),
        can_report=may_report(thread, person, sanctions),
    )


def reports_in(thread: Thread, person: Person) -> Mapping[int, str]:
    """Return the viewer's reports and their outcomes; `open` where the site hides outcomes."""
    if not thread.is_opened or not isinstance(person, User):
        return {}
    mine = Report.objects.filter(reporter=person, comment__thread=thread)
    tells = thread.settings.tell_reporters
    return {
        comment_id: outcome if tells else ReportOutcome.OPEN.value
        for comment_id, outcome in mine.values_list("comment_id", "outcome")
    }


def sanctions_on(
    thread: Thread, person: Person, now: datetime, ip: str
) -> Sequence[ActiveSanction]:
    """Return the sanctions on `person` at `ip`; none on an anonymous viewer."""
    return active_sanctions(person, thread.site, now, ip) if isinstance(person, User) else ()


def sanction_in_words(permission: Permission, sanctions: Sequence[ActiveSanction]) -> str:
    """Return the sentence on the sanction that forbids this, or ""."""
    try:
        require_no_sanction(permission, sanctions)
    except UnderSanction as refusal:
        return str(refusal)
    return ""


def may_report(thread: Thread, person: Person, sanctions: Sequence[ActiveSanction]) -> bool:
    # A mute forbids comments and still allows reports.
    is_forbidden = bool(sanction_in_words(Permission.REPORT, sanctions))
    return not is_forbidden and can(person, Permission.REPORT, thread.site)


def _reactions(thread: Thread, person: Person) -> Mapping[int, str]:
    if not thread.is_opened or not isinstance(person, User):
        return {}
    mine = Reaction.objects.filter(user=person, comment__thread=thread)
    return dict(mine.values_list("comment_id", "kind"))


def editable_comments(thread: Thread, person: Person, now: datetime) -> Collection[int]:
    if not thread.is_opened or not isinstance(person, User):
        return frozenset()
    since = now - thread.settings.edit_window
    editable = Comment.objects.editable_of(thread, person, since)
    return frozenset(editable.values_list("pk", flat=True))


def hidden_comments(thread: Thread, person: Person) -> Sequence[HiddenComment]:
    if not thread.is_opened or not isinstance(person, User):
        return ()
    candidates = map(as_hidden, Comment.objects.hidden_of(thread, person))
    return [hidden for hidden in candidates if hidden is not None]


def as_hidden(comment: Comment) -> HiddenComment | None:
    """None where the editors chose not to tell."""
    decision = _last_event(comment)
    if comment.state == State.HELD:
        reasons = held_reasons(comment, decision)
        return HiddenComment(
            comment, None, reasons, offers_complaint=reads_as_complaint(comment.text)
        )
    if decision is None:
        return HiddenComment(comment, None)
    # The rule says that its author is not told. Showing the comment as removed would tell.
    if decision.author_notice == AuthorNotice.NONE:
        return None
    appeal = _appeal_against(decision, comment)
    return HiddenComment(
        comment,
        decision.rule,
        explanation=decision.explanation,
        appeal_until=_appeal_deadline(comment, decision) if appeal is None else None,
        appeal=appeal,
    )


def _appeal_deadline(comment: Comment, decision: ModerationEvent) -> datetime | None:
    until = email_settings_of(comment.thread.site).appeal_until(decision)
    return until if until and until > timezone.now() else None


def _appeal_against(decision: ModerationEvent, comment: Comment) -> Appeal | None:
    made = (appeal for appeal in comment.appeals.all() if appeal.decision_id == decision.pk)
    return next(made, None)


def held_reasons(comment: Comment, last: ModerationEvent | None) -> Sequence[str]:
    """Return why the current revision is held: screening's sentences, or readers' reports."""
    # Screening has published the text, so its verdict would not explain why it is hidden.
    if last is not None and "reports" in last.evidence:
        return [gettext("Readers reported it, so it is hidden until an editor has read it.")]
    current = next(
        revision
        for revision in comment.revisions.all()
        if revision.number == comment.revision_number
    )
    return [
        sentence(Reason(phase["reason"]), phase["details"])
        for phase in current.verdict["phases"]
        if phase.get("reason")
    ]


def _last_event(comment: Comment) -> ModerationEvent | None:
    events = list(comment.events.all())
    return events[-1] if events else None


@dataclass(frozen=True, slots=True)
class OwnReport:
    """`outcome` is None where the publication does not tell."""

    report: Report
    outcome: ReportOutcome | None


def own_report(report: Report, site: Site) -> OwnReport:
    tells = settings_of(site).tell_reporters
    return OwnReport(report, ReportOutcome(report.outcome) if tells else None)


def own_reports(reporter: User, site: Site, *, cursor: str) -> tuple[Sequence[OwnReport], str]:
    """A page of what one has reported, newest first, and the cursor of the next."""
    reports = page(
        Report.objects.made_by(reporter, site), order=["-id"], cursor=cursor, size=_REPORTS_SHOWN
    )
    return [own_report(report, site) for report in reports.items], reports.next_cursor


@dataclass(frozen=True, slots=True)
class OwnComment:
    """A comment with its author's view; `hidden` is None for a public one."""

    comment: Comment
    hidden: HiddenComment | None


def own_comments(author: User, site: Site, *, cursor: str) -> tuple[Sequence[OwnComment], str]:
    """A page of what one has written, newest first, without what the editors removed in silence;
    and the cursor of the next."""
    comments = page(
        Comment.objects.written_by(author, site), order=["-id"], cursor=cursor, size=_OWN_SHOWN
    )
    with_reasons = [(comment, _hidden(comment)) for comment in comments.items]
    shown = [
        OwnComment(comment, hidden)
        for comment, hidden in with_reasons
        if hidden is not None or comment.state in {State.PUBLISHED, State.WITHDRAWN}
    ]
    return shown, comments.next_cursor


def _hidden(comment: Comment) -> HiddenComment | None:
    is_hidden = comment.state in {State.HELD, State.REJECTED, State.REMOVED}
    return as_hidden(comment) if is_hidden else None
