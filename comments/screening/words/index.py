"""The words of a list's entries, each under a number, and which of them a text's words match."""

from collections import defaultdict
from collections.abc import ItemsView, Iterable, Iterator
from collections.abc import Set as AbstractSet
from itertools import chain

from comments.screening.words import scanning
from comments.screening.words.entries import EntryWord
from comments.screening.words.globs import Globs
from comments.screening.words.inflection import forms
from comments.screening.words.lookalikes import read
from comments.screening.words.scanning import Piece
from core.word_cache import LONGEST_WORD

_MAX_CACHED_WORDS = 50_000
_Numbers = frozenset[int]


class WordIndex:
    """The entries' words by number. Its caches save looking up the same word of a text again."""

    def __init__(self, words: Iterable[EntryWord]) -> None:
        self.numbers: dict[EntryWord, int] = {}
        self._exact: dict[str, tuple[int, ...]] = {}
        self._globs = Globs()
        self._known_unlisted: set[str] = set()
        self._listed: dict[str, _Numbers] = {}
        for word in words:
            if word not in self.numbers:
                self.numbers[word] = len(self.numbers)
                self._add(word, self.numbers[word])
        self._globs.seal()

    def split_by_disguise(self, words: set[str], text: str) -> tuple[dict[str, _Numbers], set[str]]:
        """Return the text's chunks that are listed, and the disguised ones that may be."""
        remembered = words - self._known_unlisted
        known = {word: self._listed[word] for word in remembered if word in self._listed}
        plain, disguised = scanning.split_by_disguise(remembered - known.keys(), text)
        hits = self._look_up(plain)
        harmless = {word for word in disguised if word.isalpha() and not self._is_listed(word)}
        # A client that posts random letters could otherwise fill the memory of the process.
        if len(self._known_unlisted) + len(self._listed) > _MAX_CACHED_WORDS:
            self._known_unlisted.clear()
            self._listed.clear()
        unlisted = chain(plain - hits.keys(), harmless)
        self._known_unlisted.update(word for word in unlisted if len(word) <= LONGEST_WORD)
        self._listed.update(
            (word, numbers) for word, numbers in hits.items() if len(word) <= LONGEST_WORD
        )
        return known | hits, disguised - harmless

    def listed_words(self, words: set[str]) -> set[str]:
        plain, disguised = scanning.split_by_disguise(words, " ".join(words))
        return {*self._look_up(plain), *filter(self._is_listed, disguised)}

    def matching(self, piece: Piece) -> _Numbers:
        # A plain listed word was looked up by `split_by_disguise` a moment ago.
        if len(piece.whole) == 1 and piece.whole[0] in self._listed:
            return self._listed[piece.whole[0]].union(*self._forms_of(piece.exactly))
        return self._numbers_of(piece.whole, piece.exactly)

    def exact_forms(self) -> ItemsView[str, tuple[int, ...]]:
        """Return every form of the words without a wildcard, and the numbers of the words."""
        return self._exact.items()

    def patterns(self) -> Iterator[tuple[str, int]]:
        """Yield the words with a wildcard, and their numbers."""
        return ((word.text, number) for word, number in self.numbers.items() if word.is_wild)

    def _add(self, word: EntryWord, number: int) -> None:
        if word.is_wild:
            self._globs.add(word.text, number)
            return
        for form in forms(word.text) if word.inflected else (word.text,):
            self._exact[form] = (*self._exact.get(form, ()), number)

    def _look_up(self, words: AbstractSet[str]) -> dict[str, _Numbers]:
        numbers: defaultdict[str, set[int]] = defaultdict(set)
        for word in words & self._exact.keys():
            numbers[word].update(self._exact[word])
        for word, number in self._globs.matching(words):
            numbers[word].add(number)
        return {word: frozenset(hits) for word, hits in numbers.items()}

    def _numbers_of(self, whole: Iterable[str], exactly: Iterable[str]) -> _Numbers:
        hits = self._look_up({*whole}).values()
        return frozenset[int]().union(*hits, *self._forms_of(exactly))

    def _forms_of(self, words: Iterable[str]) -> list[tuple[int, ...]]:
        return [self._exact[word] for word in words if word in self._exact]

    def _is_listed(self, chunk: str) -> bool:
        reading = read(chunk)
        return bool(self._numbers_of(reading.whole, reading.exactly))
