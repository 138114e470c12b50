"""What a reader is told: why, and what to change."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Reason(StrEnum):
    EMPTY = "empty"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    CLOSED = "closed"
    PREMODERATED = "premoderated"
    RESTRICTED = "restricted"
    MAY_NOT_COMMENT = "may_not_comment"
    TOO_FAST = "too_fast"
    TOO_MANY = "too_many"
    SAID_BEFORE = "said_before"
    SAID_ALIKE = "said_alike"
    SAID_BY_OTHERS = "said_by_others"
    BANNED_WORDS = "banned_words"
    SUSPECT_WORDS = "suspect_words"
    NO_LINKS = "no_links"
    FOREIGN_LINKS = "foreign_links"
    MANY_LINKS = "many_links"
    NEWCOMER_LINKS = "newcomer_links"
    CAPITALS = "capitals"
    REPETITION = "repetition"
    NEWCOMER = "newcomer"
    TRUST = "trust"
    COMPLAINT = "complaint"
    HOOK = "hook"
    FAILED = "failed"


SENTENCES: Mapping[Reason, Promise] = {
    Reason.EMPTY: _("There is nothing to read in the comment. Write something first."),
    Reason.TOO_SHORT: _(
        "Characters in the comment: %(length)s; at least %(limit)s are needed. Say a little more."
    ),
    Reason.TOO_LONG: _(
        "Characters in the comment: %(length)s; at most %(limit)s fit. Please shorten it."
    ),
    Reason.CLOSED: _("This discussion is closed, so nothing can be added to it any more."),
    Reason.PREMODERATED: _(
        "Comments on this material appear after an editor has read them. Nothing needs changing."
    ),
    Reason.RESTRICTED: _(
        "Your comments appear after an editor has read them. Nothing needs changing in this one."
    ),
    Reason.MAY_NOT_COMMENT: _(
        "You cannot comment here at present. Your account page says why and until when."
    ),
    Reason.TOO_FAST: _(
        "You have posted several comments in a short time. Please try again in %(seconds)s s."
    ),
    Reason.TOO_MANY: _(
        "You have posted a great many comments lately. Please come back in %(minutes)s min."
    ),
    Reason.SAID_BEFORE: _(
        "You have already posted this. There is no need to repeat it; say something new instead."
    ),
    Reason.SAID_ALIKE: _(
        "You posted almost the same lately, so an editor will read this one first. "
        "Change it if you meant to say something else."
    ),
    Reason.SAID_BY_OTHERS: _(
        "The same text was posted here by others, so an editor will read this one first. "
        "Say it in your own words if you would rather not wait."
    ),
    Reason.BANNED_WORDS: _(
        "The comment contains words that are not allowed here: %(words)s. Please do without them."
    ),
    Reason.SUSPECT_WORDS: _(
        "An editor will read the comment first because of these words: %(words)s. "
        "Without them it may appear at once."
    ),
    Reason.NO_LINKS: _("Links are not allowed here: %(links)s. Please take them out."),
    Reason.FOREIGN_LINKS: _(
        "Links to these sites are not allowed here: %(links)s. Please take them out."
    ),
    Reason.MANY_LINKS: _(
        "Links in the comment: %(count)s; with more than %(limit)s an editor reads it first. "
        "With fewer it may appear at once."
    ),
    Reason.NEWCOMER_LINKS: _(
        "A newcomer's comment with links appears after an editor has read it. "
        "Without them it may appear at once."
    ),
    Reason.CAPITALS: _(
        "Much of the comment is in capital letters, so an editor will read it first. "
        "Write it without them, and it may appear at once."
    ),
    Reason.REPETITION: _(
        "Something is repeated over and over in the comment, so an editor will read it first. "
        "Take out the repetition, and it may appear at once."
    ),
    Reason.NEWCOMER: _(
        "A newcomer's first comments appear after an editor has read them. "
        "Nothing needs changing in this one."
    ),
    Reason.TRUST: _(
        "Many of your comments had to be declined, so an editor will read this one first. "
        "The house rules say what is not published."
    ),
    Reason.COMPLAINT: _(
        "This looks like a remark on our own work: a material, a headline, a journalist. "
        "It will reach those who can put it right if you write to %(address)s."
    ),
    Reason.HOOK: _(
        "Your comment is being checked: it appears in a moment, or after an editor has read it. "
        "Nothing needs changing."
    ),
    Reason.FAILED: _("The comment could not be checked at once, so an editor will read it first."),
}


def sentence(reason: Reason, details: Mapping[str, str | int]) -> str:
    """In the language that is active at the call."""
    return str(SENTENCES[reason]) % details
