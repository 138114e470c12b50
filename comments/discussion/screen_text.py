"""Screen a person's text in a thread, and turn a rejection into an error."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import (
    ActiveSanction,
    Permission,
    UnderSanction,
    require_no_sanction,
)
from comments.discussion.screening_facts import (
    Circumstances,
    add_text_facts,
    author_facts,
)
from comments.discussion.screening_policy import policy_of
from comments.models import Comment, Thread
from comments.screening import Draft, Outcome, Phase, Verdict, refuses_unread, screen
from comments.screening.fingerprints import Fingerprint, fingerprint
from comments.screening.phases.form import is_readable
from comments.screening.reasons import Reason, sentence
from comments.text.visible import links_of, readings_of
from core.errors import DomainError, InvalidInput, NotPermitted, TooManyRequests


class ThreadClosed(NotPermitted):
    code = "thread_closed"
    title = _("This discussion is closed")


class TooFast(TooManyRequests):
    code = "too_fast"
    title = _("Too many comments in a short time")


class TextRefused(InvalidInput):
    """`extra["phases"]`: which phases of screening refused, with what they tell the reader."""

    code = "text_refused"


@dataclass(frozen=True, slots=True)
class Screened:
    text: str
    fingerprint: Fingerprint
    verdict: Verdict
    sanctions: tuple[ActiveSanction, ...]

    @property
    def is_refused(self) -> bool:
        return self.verdict.outcome == Outcome.REJECT

    @property
    def is_refused_by_rate(self) -> bool:
        return any(phase.phase == Phase.RATE for phase in self.verdict.deciding)

    def refusal(self) -> DomainError:
        """Return the most useful error: that the person may not write at all comes first."""
        refusing = {phase.phase: phase for phase in self.verdict.deciding}
        # One error is raised even if several phases reject. A closed thread or a sanction cannot be
        # helped by another text, so they come before everything else.
        if closed := refusing.get(Phase.THREAD):
            return ThreadClosed(closed.sentence)
        if Phase.SANCTION in refusing:
            return _sanction(self.sanctions)
        if fast := refusing.get(Phase.RATE):
            return TooFast(fast.sentence)
        error = TextRefused({"text": [phase.sentence for phase in refusing.values()]})
        error.extra["phases"] = list(refusing)
        return error


def require_readable(text: str, thread: Thread) -> None:
    """Raise `TextRefused` for a text that screening would reject without reading it."""
    longest = policy_of(thread.settings, thread.site).max_length
    if not is_readable(text, longest):
        too_long = sentence(Reason.TOO_LONG, {"length": len(text), "limit": longest})
        raise TextRefused({"text": [too_long]})


def _sanction(sanctions: Sequence[ActiveSanction]) -> DomainError:
    try:
        require_no_sanction(Permission.COMMENT, sanctions)
    except UnderSanction as error:
        return error
    return NotPermitted()


def screen_text(
    text: str,
    *,
    author: User,
    thread: Thread,
    now: datetime,
    known: Circumstances,
    edited: Comment | None = None,
) -> Screened:
    policy = policy_of(thread.settings, thread.site)
    facts = author_facts(author, thread, now, known)
    draft = Draft(text, now, edits=edited is not None, is_read=False)
    text_fingerprint = fingerprint("")
    # Reading is work: parsing, word lists, the search for like texts. It comes after every check
    # that does without.
    if is_readable(text, policy.max_length) and not refuses_unread(draft, facts, policy):
        draft = replace(draft, is_read=True, readings=readings_of(text), links=links_of(text))
        # Two texts that look alike count as the same text, also with other links or marks.
        text_fingerprint = fingerprint(draft.readings[0].text if draft.readings else text)
        facts = add_text_facts(
            facts, text_fingerprint, author=author, thread=thread, now=now, edited=edited
        )
    verdict = screen(draft, facts, policy)
    return Screened(text, text_fingerprint, verdict, known.access.sanctions)
