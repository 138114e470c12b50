"""Too much and too often: the rate of posting, the same text again."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from math import ceil

from comments.screening.facts import Draft, Facts, Policy
from comments.screening.fingerprints import Fingerprint, fingerprint
from comments.screening.phases._registry import checks
from comments.screening.reasons import Phase, Reason
from comments.screening.verdicts import Evidence, Outcome, PhaseVerdict

# Shorter texts, such as «Thank you» and «I agree», are posted by many people and often.
_WORDS_OF_A_STATEMENT = 4
# In shorter texts one changed word changes too many bits of the fingerprint to compare them.
_WORDS_TO_COMPARE = 8
# Longer waiting times are given in minutes.
_SECONDS_UP_TO = timedelta(minutes=2)


@checks(Phase.RATE)
def rate(draft: Draft, facts: Facts, policy: Policy) -> PhaseVerdict:
    # Only new comments flood a thread; correcting a typo must not be refused. A rejected text has
    # cost as much work as a comment, so it counts for both.
    posts = () if draft.edits else facts.recent_posts
    times = (*posts, *facts.recent_refusals)
    # The longest span first: its waiting time is the one that the author must keep.
    for limit in sorted(policy.rates, key=lambda rate: rate.within, reverse=True):
        within = sorted(at for at in times if draft.at - at < limit.within)
        if len(within) >= limit.most:
            wait = within[-limit.most] + limit.within - draft.at
            evidence = Evidence(str(len(within)), against=f"{limit.most} / {limit.within}")
            return PhaseVerdict(Phase.RATE, Outcome.REJECT, (evidence,), *_asked_to_wait(wait))
    return PhaseVerdict(Phase.RATE)


def _asked_to_wait(wait: timedelta) -> tuple[Reason, dict[str, str | int]]:
    if wait <= _SECONDS_UP_TO:
        return Reason.TOO_FAST, {"seconds": ceil(wait.total_seconds())}
    return Reason.TOO_MANY, {"minutes": ceil(wait / timedelta(minutes=1))}


@checks(Phase.DUPLICATE)
def duplicate(draft: Draft, facts: Facts, policy: Policy) -> PhaseVerdict:
    text_fingerprint = fingerprint(draft.text)
    if text_fingerprint.words < _WORDS_OF_A_STATEMENT:
        return PhaseVerdict(Phase.DUPLICATE)
    if _matches_any(text_fingerprint.is_same, facts.own_recent):
        return _found(text_fingerprint, Outcome.REJECT, Reason.REPEATED)
    if _matches_any(text_fingerprint.is_same, facts.site_recent):
        return _found(text_fingerprint, Outcome.HOLD, Reason.POSTED_BY_OTHERS)
    if text_fingerprint.words >= _WORDS_TO_COMPARE:
        if _matches_any(text_fingerprint.is_like, facts.own_recent):
            return _found(text_fingerprint, Outcome.HOLD, Reason.NEARLY_REPEATED)
        if _matches_any(text_fingerprint.is_like, facts.site_recent):
            return _found(text_fingerprint, Outcome.HOLD, Reason.POSTED_BY_OTHERS)
    return PhaseVerdict(Phase.DUPLICATE)


def _matches_any(test: Callable[[Fingerprint], bool], recent: Iterable[Fingerprint]) -> bool:
    return any(map(test, recent))


def _found(text_fingerprint: Fingerprint, outcome: Outcome, reason: Reason) -> PhaseVerdict:
    return PhaseVerdict(Phase.DUPLICATE, outcome, (Evidence(text_fingerprint.digest),), reason)
