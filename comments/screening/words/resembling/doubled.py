"""Words with letters typed twice: «дуурак», «ссука». Three and more are no guess."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product

from comments.screening.words.resembling.forms import Forms
from comments.screening.words.resembling.pieces import pieces_of, spans_of
from comments.screening.words.resembling.reading import Reading
from comments.screening.words.resembling.wildcards import Wildcards

_DOUBLE = re.compile(r"(.)\1+")
_LONGEST, _MOST_RUNS = 24, 3
_SHORTEST = 3


def undoubled(text: str, forms: Forms, wildcards: Wildcards) -> Iterator[Reading]:
    for (start, end), spellings in _doubled(text):
        listed = forms.all.intersection(spellings)
        for form in sorted(listed):
            yield Reading(start, end, form)
        for form, number in () if listed else wildcards.matching(frozenset(spellings)):
            yield Reading(start, end, form, number)


def singled(word: str) -> str:
    return _DOUBLE.sub(r"\1", word)


# Every list of a site asks for the same text.
@lru_cache(maxsize=16)
def _doubled(text: str) -> Sequence[tuple[tuple[int, int], frozenset[str]]]:
    spelled, odd = pieces_of(text)
    doubled = [place for place in odd if _DOUBLE.search(spelled[place])]
    return [
        (spans_of(text)[place], _spellings(spelled[place]))
        for place in doubled
        if len(spelled[place]) <= _LONGEST
    ]


def _spellings(word: str) -> frozenset[str]:
    """Return the word with each doubled letter once or twice, and at least one of them once."""
    parts = [[match.group()[:1], match.group()[:2]] for match in _DOUBLE.finditer(word)]
    if len(parts) > _MOST_RUNS:
        return frozenset()
    rest = _DOUBLE.split(word)[::2]
    spellings = {
        "".join(piece for pair in zip(rest, [*letters, ""], strict=True) for piece in pair)
        for letters in product(*parts)
    }
    return frozenset(one for one in spellings - {word} if len(one) >= _SHORTEST)
