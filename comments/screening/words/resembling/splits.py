"""Words cut in two or three by spaces or a line break: «ду рак», «ху й»."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from operator import add

import regex

from comments.screening.words.inflection import can_follow, is_noun
from comments.screening.words.resembling import latin
from comments.screening.words.resembling.common import (
    is_common,
    is_english,
    is_foreign_phrase,
    is_frequent,
)
from comments.screening.words.resembling.forms import Forms
from comments.screening.words.resembling.pieces import pieces_of, spans_of
from comments.screening.words.resembling.reading import Reading
from comments.screening.words.resembling.wildcards import Wildcards

_COUNTS = (2, 3)
# «Ху и Ли» are two people.
_SHORTEST_WITH_WORDS = 4
# Two ordinary words of so many letters spell a listed one by no accident: «приду рок».
_LONG, _SHORTEST_PIECE = 8, 3
_LATIN = re.compile("[a-z]")
_LATIN_PAIR = regex.compile(r"(?<![^\W_])([a-z]++) {1,2}([a-z0-9]++)(?![^\W_])")
_SHORTEST_LATIN, _LONGEST_LATIN = 4, 16


def split(text: str, forms: Forms, wildcards: Wildcards) -> Iterator[Reading]:
    for count, joined in zip(_COUNTS, _joined(text), strict=True):
        listed = forms.all.intersection(joined)
        for number, word in enumerate(joined) if listed else ():
            if word in listed and _is_cut(text, number, count):
                yield Reading(*_span(text, number, count), word)
    joined_oddly = _joined_oddly(text)
    for word, entry in wildcards.matching(joined_oddly.keys()) if joined_oddly else ():
        for number in joined_oddly[word]:
            if _is_cut(text, number, 2):
                yield Reading(*_span(text, number, 2), word, entry)


def _span(text: str, number: int, count: int) -> tuple[int, int]:
    spans = spans_of(text)
    return spans[number][0], spans[number + count - 1][1]


def _is_cut(text: str, number: int, count: int) -> bool:
    start, end = _span(text, number, count)
    pieces = pieces_of(text).spelled[number : number + count]
    # Nothing but spaces and one line break lies between the pieces.
    if "".join(text[start:end].split()) != "".join(pieces):
        return False
    words = list(filter(is_common, pieces))
    if "\n" in text[start:end]:
        return not any(map(_is_usual, words)) and "\n\n" not in text[start:end]
    words = list(filter(_is_ordinary, words))
    most = 1 if sum(map(len, pieces)) >= _SHORTEST_WITH_WORDS else 0
    if len(words) <= most:
        return True
    return most == 1 and count == len(words) and _is_cut_into_words(text, number, count)


def _is_usual(word: str) -> bool:
    return len(word) < _SHORTEST_PIECE or is_frequent(word)


def _is_cut_into_words(text: str, number: int, count: int) -> bool:
    """Return whether the pieces, all of them words, form no phrase. Typing errors are no cuts."""
    spelled, odd = pieces_of(text)
    pieces = spelled[number : number + count]
    return not {number - 1, number + count}.intersection(odd) and not _is_phrase(*pieces)


def _is_phrase(first: str, second: str, *_third: str) -> bool:
    """Return whether the two ordinary words may follow each other: «за лупу», but not «к ретин»."""
    if (fitting := can_follow(first, second)) is not None:
        return fitting
    is_long = len(first) + len(second) >= _LONG and len(first) >= _SHORTEST_PIECE <= len(second)
    return not (is_long and is_noun(second))


# Every list of a site asks for the same text.
@lru_cache(maxsize=16)
def joined_latin_words(text: str) -> Sequence[tuple[int, int, str]]:
    """Return what each two Latin pieces spell that form no phrase: «du rak», but not «za lupoj»."""
    if _LATIN.search(text) is None:
        return ()
    words: list[tuple[int, int, str]] = []
    for pair in _LATIN_PAIR.finditer(text, overlapped=True):
        first, second = pair.groups()
        joined = first + second
        if _SHORTEST_LATIN <= len(joined) <= _LONGEST_LATIN and not is_english(joined):
            are_words = _may_be_a_word(first) and _may_be_a_word(second)
            if not are_words and not is_foreign_phrase(first, second):
                words.append((*pair.span(), joined))
    return words


def _may_be_a_word(piece: str) -> bool:
    return is_english(piece) or any(map(_is_ordinary, latin.spellings_of(piece)))


def _is_ordinary(word: str) -> bool:
    # The dictionary has many rare words of three letters: «ука», «рал».
    return is_common(word) and (len(word) != _SHORTEST_PIECE or is_frequent(word))


# Every list of a site asks for the same text.
@lru_cache(maxsize=16)
def _joined(text: str) -> tuple[Sequence[str], ...]:
    """Return what each two and each three pieces of the text spell."""
    spelled = pieces_of(text).spelled
    pairs = list(map(add, spelled, spelled[1:]))
    return pairs, list(map(add, pairs, spelled[2:]))


@lru_cache(maxsize=16)
def _joined_oddly(text: str) -> dict[str, list[int]]:
    """Return what the pieces that are no words spell with their neighbours, and where."""
    spelled, odd = pieces_of(text)
    places: dict[str, list[int]] = {}
    for number in dict.fromkeys(number for place in odd for number in (place - 1, place)):
        if 0 <= number < len(spelled) - 1:
            places.setdefault(spelled[number] + spelled[number + 1], []).append(number)
    return places
