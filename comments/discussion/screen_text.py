"""Screen a person's text in a thread, and turn a rejection into an error."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import (
    ActiveSanction,
    Permission,
    UnderSanction,
    access_context,
    require_no_sanction,
)
from comments.discussion.screening_facts import gather_facts
from comments.discussion.screening_policy import policy_of
from comments.models import Comment, Thread
from comments.screening import Draft, Outcome, Phase, Policy, Verdict, screen
from comments.screening.fingerprints import Fingerprint, fingerprint
from comments.screening.phases.form import MOST_CODE_POINTS
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
    ip: str,
    thread: Thread,
    now: datetime,
    edited: Comment | None = None,
) -> Screened:
    """Screen the text. `ip` is the request's IP address, for sanctions on IP ranges, or ""."""
    access = access_context(author, thread.site, now, ip)
    policy = policy_of(thread.settings, thread.site)
    draft = _draft(text, now, policy, edits=edited is not None)
    # Two texts that look alike count as the same text, also with other links or marks.
    looks = draft.readings[0].text if draft.readings else text
    text_fingerprint = fingerprint(looks)
    # Reading the facts costs one query, however many phases use them.
    facts = gather_facts(
        text_fingerprint,
        author=author,
        thread=thread,
        access=access,
        now=now,
        rates=policy.rates,
        edited=edited,
    )
    verdict = screen(draft, facts, policy)
    return Screened(text, text_fingerprint, verdict, access.sanctions)


def _draft(text: str, now: datetime, policy: Policy, *, edits: bool) -> Draft:
    # Parsing is work, and a text of megabytes is rejected for its length anyway.
    if len(text) > policy.max_length * MOST_CODE_POINTS:
        return Draft(text, now, edits)
    return Draft(text, now, edits, readings=readings_of(text), links=links_of(text))
