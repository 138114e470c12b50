"""The phases of screening by name, and the reasons that they give the author."""

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Phase(TextChoices):
    """The checks of a text, in the order in which editors see what they found.

    The label says on the desk what a phase found.
    """

    LENGTH = "length", _("length")
    THREAD = "thread", _("closed discussion")
    PREMODERATION = "premoderation", _("an editor reads first in this discussion")
    SANCTION = "sanction", _("the author is under a sanction")
    RATE = "rate", _("many comments in a short time")
    DUPLICATE = "duplicate", _("posted before")
    BANNED_WORDS = "banned_words", _("banned words")
    SUSPECT_WORDS = "suspect_words", _("suspect words")
    LINKS = "links", _("links")
    CAPITALS = "capitals", _("capitals")
    REPETITION = "repetition", _("repetition")
    NEWCOMER = "newcomer", _("new user")
    TRUST = "trust", _("many comments were declined before")
    COMPLAINT = "complaint", _("looks like a complaint about the publication")
    EXTERNAL_REVIEW = "external_review", _("the publication's moderation service")


# Editors and administrators are exempt from these phases. The others protect the law, the format
# and the state of the thread, so they apply to all.
STAFF_EXEMPT = frozenset(
    {
        Phase.PREMODERATION,
        Phase.RATE,
        Phase.DUPLICATE,
        Phase.SUSPECT_WORDS,
        Phase.LINKS,
        Phase.CAPITALS,
        Phase.NEWCOMER,
        Phase.TRUST,
        Phase.COMPLAINT,
        Phase.EXTERNAL_REVIEW,
    }
)


# Phases that may leave a comment to an editor, for the desk's filter.
HOLDING_PHASES = (
    Phase.PREMODERATION,
    Phase.NEWCOMER,
    Phase.SUSPECT_WORDS,
    Phase.LINKS,
    Phase.CAPITALS,
    Phase.REPETITION,
    Phase.DUPLICATE,
    Phase.TRUST,
    Phase.SANCTION,
    Phase.EXTERNAL_REVIEW,
)


# Phases about the text itself. They judge it as it was typed and as people read it.
TEXT_PHASES = frozenset(
    {
        Phase.LENGTH,
        Phase.DUPLICATE,
        Phase.BANNED_WORDS,
        Phase.SUSPECT_WORDS,
        Phase.LINKS,
        Phase.CAPITALS,
        Phase.REPETITION,
        Phase.COMPLAINT,
    }
)
# Those that read it. A text that is refused anyway is not read.
CONTENT_PHASES = TEXT_PHASES - {Phase.LENGTH}


class Reason(TextChoices):
    """Why a phase holds, rejects or advises.

    The label is the sentence for the author: what is wrong and what to change. Its placeholders
    are filled from `PhaseVerdict.details`.
    """

    EMPTY = "empty", _("There is nothing to read in the comment. Write something first.")
    TOO_SHORT = (
        "too_short",
        _(
            "Characters in the comment: %(length)s; at least %(limit)s are needed. Write a "
            "little more."
        ),
    )
    TOO_LONG = (
        "too_long",
        _("Characters in the comment: %(length)s; at most %(limit)s fit. Please shorten it."),
    )
    CLOSED = "closed", _("This discussion is closed, so nothing can be added to it any more.")
    PREMODERATED = (
        "premoderated",
        _("Comments on this article appear after an editor has read them. Nothing needs changing."),
    )
    UNDER_SANCTION = (
        "under_sanction",
        _(
            "Your comments appear after an editor has read them. Nothing needs changing in "
            "this one."
        ),
    )
    MAY_NOT_COMMENT = (
        "may_not_comment",
        _("You cannot comment here at present. Your account page says why and until when."),
    )
    TOO_FAST = (
        "too_fast",
        _("You have posted several comments in a short time. Please try again in %(seconds)s s."),
    )
    TOO_MANY = (
        "too_many",
        _("You have posted too many comments lately. Please come back in %(minutes)s min."),
    )
    REPEATED = (
        "repeated",
        _(
            "You have already posted this. There is no need to repeat it; write something "
            "new instead."
        ),
    )
    NEARLY_REPEATED = (
        "nearly_repeated",
        _(
            "You posted almost the same text recently, so an editor will read this one "
            "first. Change it if you meant something else."
        ),
    )
    POSTED_BY_OTHERS = (
        "posted_by_others",
        _(
            "Others have posted the same text here, so an editor will read this one first. "
            "Use your own words if you would rather not wait."
        ),
    )
    BANNED_WORDS = (
        "banned_words",
        _("The comment contains words that are not allowed here: %(words)s. Please remove them."),
    )
    SUSPECT_WORDS = (
        "suspect_words",
        _(
            "An editor will read the comment first because of these words: %(words)s. "
            "Without them it may appear at once."
        ),
    )
    NO_LINKS = "no_links", _("Links are not allowed here: %(links)s. Please remove them.")
    FOREIGN_LINKS = (
        "foreign_links",
        _("Links to these sites are not allowed here: %(links)s. Please remove them."),
    )
    MANY_LINKS = (
        "many_links",
        _(
            "Links in the comment: %(count)s; with more than %(limit)s an editor reads it "
            "first. With fewer it may appear at once."
        ),
    )
    NEWCOMER_LINKS = (
        "newcomer_links",
        _(
            "A new user's comment with links appears after an editor has read it. Without "
            "links it may appear at once."
        ),
    )
    CAPITALS = (
        "capitals",
        _(
            "Much of the comment is in capital letters, so an editor will read it first. "
            "Without them it may appear at once."
        ),
    )
    REPETITION = (
        "repetition",
        _(
            "The comment repeats something many times, so an editor will read it first. "
            "Without the repetition it may appear at once."
        ),
    )
    NEWCOMER = (
        "newcomer",
        _(
            "A new user's first comments appear after an editor has read them. Nothing needs "
            "changing in this one."
        ),
    )
    TRUST = (
        "trust",
        _(
            "Editors declined many of your comments, so an editor will read this one first. "
            "The house rules say what is not published."
        ),
    )
    COMPLAINT = (
        "complaint",
        _(
            "This looks like a remark on our own work: an article, a headline or a "
            "journalist. It will reach those who can correct it if you write to %(address)s."
        ),
    )
    EXTERNAL_REVIEW = (
        "external_review",
        _(
            "Your comment is being checked: it appears in a moment, or after an editor has "
            "read it. Nothing needs changing."
        ),
    )
    FAILED = (
        "failed",
        _("The comment could not be checked at once, so an editor will read it first."),
    )


def sentence(reason: Reason, details: Mapping[str, str | int]) -> str:
    """Return the reason's sentence in the language that is active now."""
    return str(reason.label) % details
