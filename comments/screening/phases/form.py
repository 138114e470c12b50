"""The outward form of the text: length, capitals, repetition."""

import re
from collections import Counter
from collections.abc import Iterator
from operator import eq

import regex

from comments.screening.facts import Draft, Facts, Policy
from comments.screening.phases._registry import checks
from comments.screening.reasons import Phase, Reason
from comments.screening.verdicts import Evidence, Outcome, PhaseVerdict
from comments.screening.words.folding import is_ordinary

_CLUSTER = regex.compile(r"\X")
# Blank to the eye: white space, invisible characters, and letters that draw nothing.
_BLANK = regex.compile(r"[\s\p{C}\p{Default_Ignorable_Code_Point}\u2800\u3164\uffa0]+")
# No script piles more on a letter, and no emoji joins more, so the rest is only weight.
MOST_CODE_POINTS = 12
# A text that is a little too long is read, so that its author sees at once what else is wrong.
# Beyond this many times the longest comment, reading it would be work for nothing.
_READ_UP_TO = 2

_WORD = regex.compile(r"\p{L}+")
_SHORTEST_SHOUT = 5
_SHOUTED_LETTERS = 15
_SHOUTED_SHARE = 0.6

_SAME_CHARACTER = re.compile(r"(\S)\1{9,}")
# Rulers are drawn with these.
_RULER, _LONGEST_RULER = frozenset(".-_=*—"), 40
_SAME_WORD = regex.compile(r"\b(\p{L}+)(?:\P{L}+\1\b){4,}", regex.IGNORECASE)
_SAME_LINES = 3
_PILED_MARKS = regex.compile(r"\p{L}\p{M}{4,}")


def is_readable(text: str, max_length: int) -> bool:
    """Return whether the text is short enough to be parsed and judged.

    Call it before any other work on a text from outside. A longer one is rejected for its length.
    """
    if _is_heavy(text, max_length):
        return False
    # Counting characters as people see them takes longer, and few texts need it.
    longest = max_length * _READ_UP_TO
    return len(text) <= longest or _counted(text)[0] <= longest


def _is_heavy(text: str, max_length: int) -> bool:
    return len(text) > max_length * MOST_CODE_POINTS


@checks(Phase.LENGTH)
def length(draft: Draft, facts: Facts, policy: Policy) -> PhaseVerdict:
    # First, because it looks at no character.
    if _is_heavy(draft.text, policy.max_length):
        return _rejected(Reason.TOO_LONG, len(draft.text), policy.max_length)
    characters, visible = _counted(draft.text)
    if not visible:
        return _rejected(Reason.EMPTY, visible, policy.min_length)
    if visible < policy.min_length:
        return _rejected(Reason.TOO_SHORT, visible, policy.min_length)
    if characters > policy.max_length:
        return _rejected(Reason.TOO_LONG, characters, policy.max_length)
    return PhaseVerdict(Phase.LENGTH)


def _counted(text: str) -> tuple[int, int]:
    """Characters as people see them, and those of them that are more than space."""
    if is_ordinary(text):
        return len(text) - text.count("\r\n"), sum(map(len, text.split()))
    clusters = Counter(_CLUSTER.findall(text))
    blank = {cluster for cluster in clusters if _BLANK.fullmatch(cluster)}
    visible = clusters.total() - sum(clusters[cluster] for cluster in blank)
    return visible + sum(clusters[cluster] for cluster in blank if cluster.isspace()), visible


def _rejected(reason: Reason, count: int, limit: int) -> PhaseVerdict:
    return PhaseVerdict(
        Phase.LENGTH,
        Outcome.REJECT,
        (Evidence(str(count), against=str(limit)),),
        reason,
        {"length": count, "limit": limit},
    )


@checks(Phase.CAPITALS)
def capitals(draft: Draft, facts: Facts, policy: Policy) -> PhaseVerdict:
    """Abbreviations are short; what is shouted are whole words."""
    words = _WORD.findall(draft.text)
    shouted = [word for word in words if word.isupper() and len(word) >= _SHORTEST_SHOUT]
    loud, all_letters = sum(map(len, shouted)), sum(map(len, words))
    if loud < _SHOUTED_LETTERS or loud < _SHOUTED_SHARE * all_letters:
        return PhaseVerdict(Phase.CAPITALS)
    return PhaseVerdict(
        Phase.CAPITALS,
        Outcome.HOLD,
        (Evidence(" ".join(shouted[:10]), against=f"{loud}/{all_letters}"),),
        Reason.CAPITALS,
    )


@checks(Phase.REPETITION)
def repetition(draft: Draft, facts: Facts, policy: Policy) -> PhaseVerdict:
    evidence = tuple(_repeated(draft.text))
    if not evidence:
        return PhaseVerdict(Phase.REPETITION)
    return PhaseVerdict(Phase.REPETITION, Outcome.HOLD, evidence, Reason.REPETITION)


def _repeated(text: str) -> Iterator[Evidence]:
    for run in _SAME_CHARACTER.finditer(text):
        if run[1] not in _RULER or len(run.group()) > _LONGEST_RULER:
            yield Evidence(run.group()[:80], *run.span())
    for pattern in _costly_patterns(text):
        for match in pattern.finditer(text):
            yield Evidence(match.group()[:80], *match.span())
    lines = Counter(line for line in map(str.strip, text.splitlines()) if len(line) > 1)
    for line, times in lines.items():
        if times >= _SAME_LINES:
            yield Evidence(line[:80], against=f"× {times}")


def _costly_patterns(text: str) -> Iterator[regex.Pattern[str]]:
    """Yield the patterns that can match: most texts repeat no word and stack no marks."""
    words = _WORD.findall(text.lower())
    if any(map(eq, words, words[1:])):
        yield _SAME_WORD
    if not is_ordinary(text):
        yield _PILED_MARKS
