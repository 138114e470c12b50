"""Many patterns with `*` against one word, without trying each."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

_KEY = 4


class Glob(NamedTuple):
    pieces: tuple[str, ...]
    number: int

    @classmethod
    def of(cls, pattern: str, number: int) -> "Glob":
        return cls(tuple(pattern.split("*")), number)

    def matches(self, word: str) -> bool:
        first, *inner, last = self.pieces
        if len(word) < len(first) + len(last) or not word.startswith(first):
            return False
        position, end = len(first), len(word) - len(last)
        for piece in inner:
            position = word.find(piece, position, end)
            if position < 0:
                return False
            position += len(piece)
        return word.endswith(last)


_Index = dict[str, list[Glob]]


@dataclass(slots=True)
class Globs:
    """Each pattern is filed under a few of its letters: those it starts with, ends with or holds.

    So a word is compared only with the patterns whose letters it has in the right place.
    """

    _starting: _Index = field(default_factory=lambda: defaultdict(list))
    _ending: _Index = field(default_factory=lambda: defaultdict(list))
    _holding: _Index = field(default_factory=lambda: defaultdict(list))
    _lengths: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]] = ((), (), ())

    def add(self, pattern: str, number: int) -> None:
        glob = Glob.of(pattern, number)
        first, *inner, last = glob.pieces
        if first:
            self._starting[first[:_KEY]].append(glob)
        elif last:
            self._ending[last[-_KEY:]].append(glob)
        else:
            self._holding[max(inner, key=len)[:_KEY]].append(glob)

    def seal(self) -> None:
        self._starting, self._ending, self._holding = (
            dict(index) for index in (self._starting, self._ending, self._holding)
        )
        starting, ending, holding = (
            tuple(sorted({len(key) for key in index}))
            for index in (self._starting, self._ending, self._holding)
        )
        self._lengths = starting, ending, holding

    def matching(self, words: Collection[str]) -> Iterator[tuple[str, int]]:
        for word, key, index in self._keys_among(words):
            for glob in index[key]:
                if glob.matches(word):
                    yield word, glob.number

    def _keys_among(self, words: Collection[str]) -> Iterator[tuple[str, str, _Index]]:
        # The innermost loops of every screening: comprehensions, for each word of the text is here.
        starting, ending, holding = self._starting, self._ending, self._holding
        lengths_of_start, lengths_of_end, lengths_of_held = self._lengths
        for length in lengths_of_start:
            for word in [word for word in words if word[:length] in starting]:
                yield word, word[:length], starting
        for length in lengths_of_end:
            for word in [word for word in words if word[-length:] in ending]:
                yield word, word[-length:], ending
        for length in lengths_of_held:
            held = [
                (word, word[place : place + length])
                for word in words
                for place in range(len(word) - length + 1)
                if word[place : place + length] in holding
            ]
            for word, key in held:
                yield word, key, holding
