"""A text cut up where a word list's entries match it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from comments.screening.words.wordlist import Match


@dataclass(frozen=True, slots=True)
class Piece:
    """`entries` are those that match here; none: plain text."""

    text: str
    entries: Sequence[str] = ()


def marked(text: str, matches: Sequence[Match]) -> Sequence[Piece]:
    """Matches may overlap, so the cuts are at every beginning and end."""
    cuts = sorted({0, len(text)}.union(*((match.start, match.end) for match in matches)))
    return [
        Piece(text[start:end], _entries_at(start, end, matches)) for start, end in pairwise(cuts)
    ]


def _entries_at(start: int, end: int, matches: Sequence[Match]) -> Sequence[str]:
    here = [match.entry for match in matches if match.start <= start and end <= match.end]
    return list(dict.fromkeys(here))
