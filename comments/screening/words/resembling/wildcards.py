"""Entries with a wildcard, guessed at by the letters that they name: «х*йня» for «хуй*».

A site may list «ху*» or «*ля*», which half of the dictionary matches with a letter hidden. So no
more than one of the named letters may be missing, and the word may not be an innocent one: «са*ля»
is «сабля» rather than anything listed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from comments.screening.words.alphabets import LATIN, RUSSIAN
from comments.screening.words.globs import Glob, Globs
from comments.screening.words.inflection import is_proper_name, is_word
from comments.screening.words.resembling.common import is_english
from comments.screening.words.resembling.forms import Forms

HIDDEN = "\0"
# An entry that names only two letters is guessed at where a word of the dictionary proves it.
_SHORTEST, _ENOUGH = 2, 3
_LONGEST = 12


class _Stem(NamedTuple):
    glob: Glob
    missing: str
    length: int


class Wildcards:
    def __init__(self, patterns: Iterable[tuple[str, int]]) -> None:
        self._globs = Globs()
        self._by_rest: defaultdict[str, list[_Stem]] = defaultdict(list)
        beginnings: defaultdict[str, list[int]] = defaultdict(list)
        for pattern, number in patterns:
            stem = max(pattern.split("*"), key=len)
            if not stem.isalpha() or not _SHORTEST <= len(stem) <= _LONGEST:
                continue
            glob = Glob.of(pattern, number)
            for place, letter in enumerate(stem):
                rest = stem[:place] + HIDDEN + stem[place + 1 :]
                self._by_rest[rest].append(_Stem(glob, letter, len(stem)))
            if len(stem) >= _ENOUGH:
                self._globs.add(pattern, number)
            if pattern.startswith(stem) and not stem.isascii():
                beginnings[stem].append(number)
        self._globs.seal()
        self._lengths = sorted({len(rest) for rest in self._by_rest})
        self.beginnings = Forms(beginnings)
        self.numbers_of_beginning = dict(beginnings)

    def matching(self, words: AbstractSet[str]) -> Iterator[tuple[str, int]]:
        """Yield the words that an entry with enough letters matches."""
        return self._globs.matching(words)

    def has_openly(self, word: str) -> bool:
        return any(True for _match in self.matching({word}))

    def unmasked(self, masked: str) -> set[tuple[str, int]]:
        """Return what the word with `HIDDEN` letters may be, each with the entry's number."""
        guesses: set[tuple[str, int]] = set()
        for place, hidden in enumerate(masked):
            for stem in self._around(masked, place) if hidden == HIDDEN else ():
                filled = masked[:place] + stem.missing + masked[place + 1 :]
                if stem.glob.matches(filled) and _is_likely(stem, masked, place):
                    guesses.add((filled.replace(HIDDEN, "*"), stem.glob.number))
        return guesses

    def _around(self, masked: str, place: int) -> Iterator[_Stem]:
        for length in self._lengths:
            for start in range(max(0, place - length + 1), min(place, len(masked) - length) + 1):
                yield from self._by_rest.get(masked[start : start + length], ())


def _is_likely(stem: _Stem, masked: str, place: int) -> bool:
    if masked.count(HIDDEN) > 1:
        return stem.length > _ENOUGH
    alphabet = LATIN if stem.missing.isascii() else RUSSIAN
    words = [masked[:place] + letter + masked[place + 1 :] for letter in alphabet]
    known = list(filter(_is_innocent, words))
    proven = stem.length >= _ENOUGH or bool(known)
    return proven and all(map(stem.glob.matches, known))


def _is_innocent(word: str) -> bool:
    """Return whether the word is one of a dictionary and no name."""
    return is_english(word) if word.isascii() else is_word(word) and not is_proper_name(word)
