"""Readings of a disguised word: letters of another alphabet, digits and signs for letters.

A chunk is a run of letters, digits and signs without a break, as `fold` leaves it.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, combinations, islice, product

import regex

from comments.screening.words.alphabets import (
    ENGLISH_IN_SHARED,
    LATIN,
    LOOK_CYRILLIC,
    LOOK_LATIN,
    RUSSIAN,
    SHARED,
    STAND_INS,
)
from comments.screening.words.folding import is_cyrillic
from comments.screening.words.inflection import is_word
from core.word_cache import weighed_word_cache

_MOST_READINGS = 64
_FEW = 3
# Shorter ones are numbers and units more often than disguises: 5g, 1st.
_SHORTEST = 3
# Nothing longer is a word, however disguised; without a bound it could be made to cost a second.
_LONGEST = 48
_LETTERS = regex.compile(r"[\p{L}\p{M}]+")
_SIGNS = re.compile(r"[!|]+")
_LONG_RUN = re.compile(r"(.)\1{3,}")
_TRIPLE = re.compile(rf"([{RUSSIAN}])\1\1+")


@dataclass(frozen=True, slots=True)
class Part:
    """Letters inside a chunk that form a separate word («bad» in «bad3»)."""

    start: int
    end: int
    readings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """`whole`: what the chunk may spell; `exactly`: the same, but too bold for a wildcard."""

    whole: tuple[str, ...]
    exactly: tuple[str, ...]
    # None where the digits make a word with the letters: «к0рабля» holds no other word.
    parts: tuple[Part, ...]

    def texts(self) -> Iterator[str]:
        return chain(self.whole, self.exactly, *(part.readings for part in self.parts))


def is_plain(chunk: str) -> bool:
    """Return whether the chunk has only its literal reading."""
    if chunk.isascii():
        return chunk.isdecimal() or (chunk.isalpha() and bool(chunk.strip(SHARED)))
    return not chunk.strip(RUSSIAN) and not has_stretched_letters(chunk)


def has_stretched_letters(text: str) -> bool:
    return _TRIPLE.search(text) is not None


@weighed_word_cache(16 * 1024 * 1024, Reading.texts)
def read(chunk: str) -> Reading:
    short = _shortened(chunk)
    if len(short) > _LONGEST:
        return Reading((), (chunk,), tuple(_parts(chunk)))
    whole: dict[str, None] = {}
    exactly: dict[str, None] = {chunk: None}
    for core in _cores(short):
        exactly[core] = None
        if core.isalpha():
            exactly.update(dict.fromkeys(_disguised_whole(core)))
            whole.update(dict.fromkeys(_spelled(core)))
        else:
            whole.update(dict.fromkeys(_with_stand_ins(core)))
    whole_word = short.isalpha() or any(map(is_word, russian_spellings(short)))
    parts = () if whole_word else tuple(_parts(chunk))
    return Reading(tuple(whole), tuple(exactly), parts)


@weighed_word_cache(2 * 1024 * 1024, Reading.texts)
def read_through_signs(chunk: str) -> Reading:
    """Return the readings of «п!дор», where the sign may also end a sentence."""
    spellings = tuple(_with_stand_ins(chunk)) if len(chunk) <= _LONGEST else ()
    if min(map(len, _SIGNS.split(chunk))) < _SHORTEST:
        return Reading(spellings, (), ())
    return Reading((), spellings, ())


def cyrillic_spelling(word: str) -> str:
    """Return the intended spelling of a Russian word with stray Latin letters; others unchanged."""
    foreign = {letter for letter in word if letter.isalpha() and not is_cyrillic(letter)}
    if not foreign or not any(map(is_cyrillic, word)):
        return word
    readings = list(_in_alphabet(word, LOOK_CYRILLIC, RUSSIAN + "*"))
    return next(filter(is_word, readings), readings[0] if readings else word)


def _shortened(chunk: str) -> str:
    return _LONG_RUN.sub(r"\1\1\1", chunk) if len(chunk) > _LONGEST else chunk


def _cores(chunk: str) -> set[str]:
    """The chunk with and without the digits and signs around it, of which some may be letters."""
    left, right = chunk.lstrip(STAND_INS), chunk.rstrip(STAND_INS)
    return {chunk, left, right, left.rstrip(STAND_INS), chunk.strip("@$€")} - {""}


def _spelled(word: str) -> Iterator[str]:
    """Yield the readings of a word of letters: unstretched, and in one alphabet."""
    foreign = word.strip(RUSSIAN)
    if not foreign:
        yield from _unstretched(word)
        return
    if any(map(is_cyrillic, word)):
        for reading in _in_alphabet(_bare(word), LOOK_CYRILLIC, RUSSIAN):
            yield from _unstretched(reading)
    if not any(letter in LATIN for letter in word) or word.isascii():
        yield word
    if not word.isascii():
        yield from _in_alphabet(word, LOOK_LATIN, LATIN)


def _disguised_whole(word: str) -> Iterator[str]:
    """A word without one Cyrillic letter in it that looks Cyrillic all the same."""
    letters = _bare(word)
    if len(word) >= _SHORTEST and word not in ENGLISH_IN_SHARED and not letters.strip(SHARED):
        yield from _unstretched("".join(LOOK_CYRILLIC[letter][0] for letter in letters))


def _with_stand_ins(core: str) -> Iterator[str]:
    letters = "".join(_LETTERS.findall(core))
    cyrillic = any(map(is_cyrillic, letters))
    if letters and (cyrillic or not letters.strip(SHARED)):
        for reading in _in_alphabet(_bare(core), LOOK_CYRILLIC, RUSSIAN):
            yield from _unstretched(reading)
    if letters and not letters.isascii():
        yield from _in_alphabet(core, LOOK_LATIN, LATIN + STAND_INS)
    if letters and not cyrillic and len(core) >= _SHORTEST:
        yield from _in_alphabet(core, LOOK_LATIN, LATIN)


def _in_alphabet(word: str, table: Mapping[str, str], alphabet: str) -> Iterator[str]:
    choices = [letter if letter in alphabet else table.get(letter, "") for letter in word]
    return map("".join, islice(product(*choices), _MOST_READINGS))


def _unstretched(word: str) -> Iterator[str]:
    """Yield «дурааак» unchanged, with the letter once, and with it twice («ваннна»)."""
    yield word
    runs = [match.span() for match in _TRIPLE.finditer(word)]
    for doubled in _doublings(len(runs)) if runs else ():
        pieces, done = [], 0
        for number, (start, end) in enumerate(runs):
            pieces.append(word[done : start + 1 + (number in doubled)])
            done = end
        yield "".join([*pieces, word[done:]])


def _doublings(runs: int) -> Iterator[tuple[int, ...]]:
    """Yield the sets of stretched letters to read as double: any subset of a few, or one of
    many."""
    most = runs if runs <= _FEW else 1
    return chain.from_iterable(combinations(range(runs), size) for size in range(most + 1))


def _parts(chunk: str) -> Iterator[Part]:
    for letters in _LETTERS.finditer(chunk) if not chunk.isalpha() else ():
        short = _shortened(letters.group())
        spellings = tuple(_spelled(short)) if len(short) <= _LONGEST else ()
        yield Part(letters.start(), letters.end(), spellings)


def russian_spellings(chunk: str) -> Iterator[str]:
    """Yield what a chunk with a Cyrillic letter spells in Russian; nothing for other chunks."""
    if any(map(is_cyrillic, chunk)):
        yield from _in_alphabet(_bare(chunk), LOOK_CYRILLIC, RUSSIAN)


def _bare(word: str) -> str:
    """Without the accents that Latin letters carry; й stays what it is."""
    if word.isascii() or not word.strip(RUSSIAN + STAND_INS):
        return word
    return "".join(
        letter if is_cyrillic(letter) else unicodedata.normalize("NFD", letter)[0]
        for letter in word
        if not unicodedata.combining(letter)
    )
