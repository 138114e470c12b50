from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.states import Transitions


class State(TextChoices):
    HELD = "held", _("held")
    PUBLISHED = "published", _("published")
    REJECTED = "rejected", _("rejected")
    REMOVED = "removed", _("removed")
    WITHDRAWN = "withdrawn", _("withdrawn")


class ReactionKind(TextChoices):
    """A reader's reaction to a comment; `VOTES` says how each kind counts."""

    UP = "up", _("agree")
    DOWN = "down", _("disagree")


# How a reaction moves a comment in the order "best first": 1 for the comment, -1 against it, and 0
# for a kind that says nothing about its quality.
VOTES: Mapping[ReactionKind, int] = {ReactionKind.UP: 1, ReactionKind.DOWN: -1}


class Mode(TextChoices):
    OPEN = "open", _("published at once")
    PREMODERATED = "premoderated", _("shown after an editor's approval")
    CLOSED = "closed", _("closed")


class ClosedBy(TextChoices):
    """Why a discussion is closed, for editors."""

    MODE = "mode", _("by the editors' decision")
    SECTION = "section", _("its section is closed")
    SITE = "site", _("all discussions of the publication are closed")
    DATE = "date", _("its closing time has come")
    AGE = "age", _("it is older than discussions stay open")


class Placeholder(TextChoices):
    """The public's view of a removed comment."""

    TOMBSTONE = "tombstone", _("a line saying that it was removed")
    NONE = "none", _("nothing")


class AuthorNotice(TextChoices):
    """How the author is notified of a decision against the comment."""

    NONE = "none", _("nothing")
    RULE = "rule", _("the rule, on the page")
    EMAIL = "email", _("the rule, by e-mail")


class DecisionKind(TextChoices):
    APPROVE = "approve", _("Approve")
    REJECT = "reject", _("Reject")
    REMOVE = "remove", _("Remove")
    RESTORE = "restore", _("Restore")
    FORWARD = "forward", _("Forward to the newsroom")
    # Only over a comment with open reports: it answers them.
    KEEP = "keep", _("Keep unchanged")


class Jurisdiction(TextChoices):
    """The law that prescribes author notices."""

    NONE = "none", _("none in particular")
    DSA = "dsa", _("European Union, Digital Services Act")


class AppealStatus(TextChoices):
    OPEN = "open", _("waits for another editor")
    GRANTED = "granted", pgettext_lazy("appeal", "granted")
    DECLINED = "declined", _("declined")
    # The comment came back, or was withdrawn, before anybody decided on the appeal.
    MOOT = "moot", _("no longer needed")


class ComplaintSource(TextChoices):
    FORM = "form", _("written by a reader")
    COMMENT = "comment", _("forwarded from the comments")


class ReportOutcome(TextChoices):
    """The outcome of a reader's report."""

    OPEN = "open", _("waits for an editor")
    UPHELD = "upheld", _("the editors agreed")
    DECLINED = "declined", _("the editors left the comment")
    # The author withdrew the comment before an editor decided, so the report has no outcome.
    MOOT = "moot", _("the author withdrew the comment")


class NotificationKind(TextChoices):
    REPLY = "reply", _("Answers to my comments")
    MENTION = "mention", _("Comments that mention me")
    DECISION = "decision", _("Decisions on my comments")


class Frequency(TextChoices):
    """How often e-mails of a kind are sent."""

    AT_ONCE = "at_once", _("at once")
    DAILY = "daily", _("once a day")
    WEEKLY = "weekly", _("once a week")
    NEVER = "never", _("no e-mails")


class BulkDecisionStatus(TextChoices):
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    UNDOING = "undoing", _("being undone")
    UNDONE = "undone", _("undone")
    # A task has failed too often, while doing or undoing.
    FAILED = "failed", _("stopped by an error")


class ItemStatus(TextChoices):
    """The result of a bulk decision for one of its comments."""

    WAITING = "waiting", _("waiting")
    DONE = "done", _("done")
    SKIPPED = "skipped", _("decided differently by another editor")
    UNDONE = "undone", _("undone")


class ExternalReviewStatus(TextChoices):
    WAITING = "waiting", _("waiting for the answer")
    ANSWERED = "answered", _("answered")
    # An editor decided, or the author edited the text, before the service answered.
    OVERTAKEN = "overtaken", _("decided or edited before the answer")
    FAILED = "failed", _("no answer that could be used")


TRANSITIONS = Transitions(
    {
        State.HELD: {State.PUBLISHED, State.REJECTED, State.WITHDRAWN},
        # To rejected, and from there to held, only by undoing a bulk decision.
        State.PUBLISHED: {State.HELD, State.REMOVED, State.WITHDRAWN, State.REJECTED},
        State.REJECTED: {State.PUBLISHED, State.HELD},
        State.REMOVED: {State.PUBLISHED},
        State.WITHDRAWN: (),
    }
)


APPEAL: Transitions[AppealStatus] = Transitions(
    {
        AppealStatus.OPEN: {AppealStatus.GRANTED, AppealStatus.DECLINED, AppealStatus.MOOT},
        AppealStatus.GRANTED: (),
        AppealStatus.DECLINED: (),
        AppealStatus.MOOT: (),
    }
)

BULK_DECISION: Transitions[BulkDecisionStatus] = Transitions(
    {
        BulkDecisionStatus.RUNNING: {BulkDecisionStatus.DONE, BulkDecisionStatus.FAILED},
        BulkDecisionStatus.DONE: {BulkDecisionStatus.UNDOING},
        BulkDecisionStatus.UNDOING: {BulkDecisionStatus.UNDONE, BulkDecisionStatus.FAILED},
        BulkDecisionStatus.UNDONE: (),
        BulkDecisionStatus.FAILED: {BulkDecisionStatus.RUNNING, BulkDecisionStatus.UNDOING},
    }
)

EXTERNAL_REVIEW: Transitions[ExternalReviewStatus] = Transitions(
    {
        ExternalReviewStatus.WAITING: {
            ExternalReviewStatus.ANSWERED,
            ExternalReviewStatus.OVERTAKEN,
            ExternalReviewStatus.FAILED,
        },
        ExternalReviewStatus.ANSWERED: (),
        ExternalReviewStatus.OVERTAKEN: (),
        ExternalReviewStatus.FAILED: (),
    }
)


class Queue(TextChoices):
    """A queue of the desk: all comments, those with open reports, or those in one state."""

    NEWEST = "newest", _("Newest")
    HELD = "held", _("Held")
    REPORTED = "reported", _("Reported")
    PUBLISHED = "published", _("Published")
    REJECTED = "rejected", _("Rejected")
    REMOVED = "removed", _("Removed")
