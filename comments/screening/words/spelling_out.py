"""Words spelled out letter by letter: «д у р а к», «д.у.р.а.к»."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from comments.screening.words.inflection import is_word
from comments.screening.words.lookalikes import has_stretched_letters

_SHORTEST, _LONGEST_LISTED = 3, 16
# The cost grows with this times the length of the run.
_LONGEST_WORD = 32
_ONE_LETTER_WORDS = frozenset("абвежикосуяaiou")
_NEVER = 10**6


class _Cut(NamedTuple):
    """The reading of the letters from some place on, the better the less; its first word's end.

    Of two readings in as many words, the one with the longer word is the likelier: «я дурак», not
    «яду рак»; «и сабля», not «Иса, бля».
    """

    words: int
    evenness: int
    end: int


def spelled_out(
    letters: str, listed_words: Callable[[set[str]], set[str]]
) -> Iterator[tuple[int, int]]:
    """Yield the spans of listed words in a run of single letters.

    The run is read as the fewest words, so that «я д у р а к» is «я дурак», while «с а б л я» is
    a sabre and nothing else.
    """
    spans = [(start, end) for start in range(len(letters)) for end in _ends(letters, start)]
    listed = listed_words({letters, *(letters[start:end] for start, end in spans)})
    if letters in listed:
        yield 0, len(letters)
    elif listed:
        words = {(start, end) for start, end in spans if letters[start:end] in listed}
        if any(has_stretched_letters(letters[start:end]) for start, end in words):
            words -= set(_with_letters_of_others(letters, words, spans))
        yield from words & _fewest_words(letters, words)


def _ends(letters: str, start: int) -> range:
    return range(start + _SHORTEST, min(len(letters), start + _LONGEST_LISTED) + 1)


def _with_letters_of_others(
    letters: str, listed: set[tuple[int, int]], spans: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Yield the stretched words whose letters an abbreviation has: «С С С Р и» holds no «сри»."""
    taken = {
        place
        for start, end in spans
        if end - start > _SHORTEST
        and has_stretched_letters(letters[start:end])
        and is_word(letters[start:end])
        for place in range(start, end)
    }
    for start, end in listed:
        stretched = has_stretched_letters(letters[start:end])
        if stretched and not taken.isdisjoint(range(start, end)):
            yield start, end


def _fewest_words(letters: str, listed: set[tuple[int, int]]) -> set[tuple[int, int]]:
    length = len(letters)
    best = [_Cut(_NEVER, _NEVER, length)] * length + [_Cut(0, 0, length)]
    for start in range(length - 1, -1, -1):
        for end in range(start + 1, min(length, start + _LONGEST_WORD) + 1):
            if (start, end) in listed or _is_plausible(letters[start:end]):
                rest = best[end]
                evenness = rest.evenness - (end - start) ** 2
                best[start] = min(best[start], _Cut(rest.words + 1, evenness, end))
    return set(_spans(best))


def _is_plausible(letters: str) -> bool:
    return letters in _ONE_LETTER_WORDS if len(letters) == 1 else is_word(letters)


def _spans(best: list[_Cut]) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(best) - 1 and best[start].words < _NEVER:
        yield start, best[start].end
        start = best[start].end
