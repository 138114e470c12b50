"""The words of the text: banned ones, suspect ones, a complaint about the publication."""

import re
from collections.abc import Iterable
from functools import lru_cache

from comments.screening import complaints
from comments.screening.facts import Draft, Facts, NamedList, Policy
from comments.screening.phases._registry import checks
from comments.screening.reasons import Phase, Reason
from comments.screening.verdicts import Evidence, Outcome, PhaseVerdict
from comments.screening.words.wordlist import Match, WordList

_SHOWN = 5
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")


@checks(Phase.BANNED_WORDS)
def banned(draft: Draft, facts: Facts, policy: Policy) -> PhaseVerdict:
    evidence = () if _has_no_entry(draft.text, policy) else _matches(draft.text, policy.banned)
    if not evidence:
        return PhaseVerdict(Phase.BANNED_WORDS)
    return PhaseVerdict(
        Phase.BANNED_WORDS, Outcome.REJECT, evidence, Reason.BANNED_WORDS, _shown(evidence)
    )


@checks(Phase.SUSPECT_WORDS)
def suspect(draft: Draft, facts: Facts, policy: Policy) -> PhaseVerdict:
    """Holds for a suspect word, and for what only looks like a banned or a suspect one."""
    is_clean = _has_no_entry(draft.text, policy)
    evidence = () if is_clean else _matches(draft.text, policy.suspect)
    if policy.hold_disguised_words and not (is_clean and _resembles_none(draft.text, policy)):
        evidence += _resemblances(draft.text, (*policy.banned, *policy.suspect))
    if not evidence:
        return PhaseVerdict(Phase.SUSPECT_WORDS)
    return PhaseVerdict(
        Phase.SUSPECT_WORDS, Outcome.HOLD, evidence, Reason.SUSPECT_WORDS, _shown(evidence)
    )


@checks(Phase.COMPLAINT)
def complaint(draft: Draft, facts: Facts, policy: Policy) -> PhaseVerdict:
    """Only advises: a complaint is a right, and the publication's address its proper place."""
    # Without an address for complaints the advice would lead nowhere.
    evidence = tuple(complaints.cues(draft.text)) if policy.complaints_address else ()
    if not evidence:
        return PhaseVerdict(Phase.COMPLAINT)
    return PhaseVerdict(
        Phase.COMPLAINT,
        evidence=evidence,
        reason=Reason.COMPLAINT,
        details={"address": policy.complaints_address},
    )


def _has_no_entry(text: str, policy: Policy) -> bool:
    """Return whether no list has anything in the text, by one look at the entries of all."""
    return policy.every_entry is not None and not _entries_in(policy.every_entry, text)


# The banned words and the suspect ones ask for the same text.
@lru_cache(maxsize=16)
def _entries_in(every_entry: WordList, text: str) -> tuple[Match, ...]:
    return every_entry.matches(text)


def _resembles_none(text: str, policy: Policy) -> bool:
    # How many readings of Latin letters are tried depends on the list.
    if policy.every_entry is None or _LATIN.search(text):
        return False
    return not policy.every_entry.resemblances(text)


def _matches(text: str, lists: Iterable[NamedList]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(match.text, match.start, match.end, match.entry, named.source)
        for named in lists
        for match in named.words.matches(text)
    )


def _resemblances(text: str, lists: Iterable[NamedList]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(match.text, match.start, match.end, match.entry, named.source, match.looks_like)
        for named in lists
        for match in named.words.resemblances(text)
    )


def _shown(evidence: tuple[Evidence, ...]) -> dict[str, str | int]:
    """The reader's own words, each once; not the entries, which are the editors' business."""
    words = dict.fromkeys(item.text for item in evidence)
    return {"words": ", ".join(f"«{word}»" for word in list(words)[:_SHOWN])}
