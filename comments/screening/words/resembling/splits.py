"""Words cut in two or three by spaces: «ду рак», «ху й»."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from comments.screening.words.resembling.common import is_common
from comments.screening.words.resembling.forms import Forms
from comments.screening.words.resembling.reading import Reading

_PIECE = re.compile("[а-я]+")
_COUNTS = (2, 3)
# «Ху и Ли» are two people.
_SHORTEST_WITH_WORDS = 4


def split(text: str, forms: Forms) -> Iterator[Reading]:
    pieces, joined_by_count = _joined(text)
    for count, joined in zip(_COUNTS, joined_by_count, strict=True):
        listed = forms.all.intersection(joined)
        for number, word in enumerate(joined) if listed else ():
            if word not in listed:
                continue
            run = pieces[number : number + count]
            start, end = run[0].start(), run[-1].end()
            words = sum(is_common(piece.group()) for piece in run)
            most = 1 if len(word) >= _SHORTEST_WITH_WORDS else 0
            # Nothing but spaces lies between the pieces, all on one line.
            if words <= most and text[start:end].replace(" ", "") == word:
                yield Reading(start, end, word)


# Every list of a site asks for the same text.
@lru_cache(maxsize=16)
def _joined(text: str) -> tuple[Sequence["re.Match[str]"], tuple[Sequence[str], ...]]:
    """Return the pieces of the text, and what each two and each three of them spell."""
    pieces = list(_PIECE.finditer(text))
    spelled = [piece.group() for piece in pieces]
    return pieces, tuple(
        ["".join(run) for run in zip(*(spelled[skip:] for skip in range(count)), strict=False)]
        for count in _COUNTS
    )
