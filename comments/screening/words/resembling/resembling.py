import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, pairwise
from typing import NamedTuple

import regex

from comments.screening.hyperlinks import links_in
from comments.screening.words.folding import Folded
from comments.screening.words.inflection import is_proper_name
from comments.screening.words.resembling import latin, masks, splits
from comments.screening.words.resembling.common import is_english
from comments.screening.words.resembling.forms import Forms
from comments.screening.words.resembling.reading import Reading

_LATIN_WORD = regex.compile(r"(?<![\p{L}\p{M}])[a-z0-9à-ɏ'’`]++(?![\p{L}\p{M}])")
_LATIN_LETTER = re.compile("[a-zà-ɏ]")
_QUOTES = "'’`"
_DIGITS = "0123456789"
_SHORTEST = 3
# So short a word is one of many languages: «Hui» is a people, «dur» a key.
_AMBIGUOUS = 4
_NEIGHBOURS = 4
_LONGEST_NEIGHBOUR = 40
_ANOTHER_SENTENCE = re.compile(r"[.!?…\n]|[^\W\d_]")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_MAX_CACHED_WORDS = 10_000


class _LatinWord(NamedTuple):
    start: int
    word: str


class Resembling:
    """Finds the words of a text that look like forms of a list."""

    def __init__(self, forms: Iterable[str]) -> None:
        self._forms = Forms(forms)
        self._unmasked: dict[str, Sequence[str]] = {}
        self._in_latin: dict[str, Sequence[str]] = {}

    def readings(self, text: str, folded: Folded) -> list[Reading]:
        """Offsets are those of the text as typed."""
        guesses = chain(
            self._masked(folded.text),
            splits.split(folded.text, self._forms),
            self._transliterated(folded.text),
        )
        typed = [Reading(*folded.original(guess.start, guess.end), guess.form) for guess in guesses]
        if not typed:
            return typed
        elsewhere = set(
            chain(
                *(range(link.start, link.end) for link in links_in(text)),
                *(range(*match.span()) for match in _EMAIL.finditer(text)),
            )
        )
        return [
            guess
            for guess in typed
            if elsewhere.isdisjoint(range(guess.start, guess.end)) and not _is_name(text, guess)
        ]

    def _masked(self, text: str) -> Iterator[Reading]:
        for start, token in masks.tokens(text):
            for form in self._remembered(self._unmasked, token, masks.unmasked):
                yield Reading(start, start + len(token), form)

    def _transliterated(self, text: str) -> Iterator[Reading]:
        words = _latin_words(text)
        for number, (start, word) in enumerate(words):
            forms = self._spelled(word)
            if not forms or is_english(word):
                continue
            if len(word) > _AMBIGUOUS or not self._is_among_foreign(words, number, text):
                for form in forms:
                    yield Reading(start, start + len(word), form)

    def _spelled(self, word: str) -> Sequence[str]:
        if len(word) < _SHORTEST:
            return ()
        return self._remembered(self._in_latin, word, latin.readings)

    def _remembered(
        self,
        known: dict[str, Sequence[str]],
        word: str,
        read: Callable[[str, Forms], set[str]],
    ) -> Sequence[str]:
        if word not in known:
            # A client that posts random letters could otherwise fill the memory of the process.
            if len(known) > _MAX_CACHED_WORDS:
                known.clear()
            known[word] = tuple(sorted(read(word, self._forms)))
        return known[word]

    def _is_among_foreign(self, words: Sequence[_LatinWord], number: int, text: str) -> bool:
        """Return whether a word of the same phrase is no Russian one in Latin letters."""
        before = words[max(0, number - _NEIGHBOURS) : number + 1]
        after = words[number : number + _NEIGHBOURS + 1]
        return any(
            len(word) > 1 and not self._spelled(word) and not latin.is_russian(word)
            for word in chain(_phrase(before[::-1], text), _phrase(after, text))
        )


# Every list of a site asks for the same text.
@lru_cache(maxsize=16)
def _latin_words(text: str) -> Sequence[_LatinWord]:
    words: list[_LatinWord] = []
    for match in _LATIN_WORD.finditer(text):
        word = match.group().strip(_QUOTES)
        # «4urka» and «svolo4» have a letter there, «hui2» has none.
        bare = word.strip(_DIGITS)
        words.extend(
            _LatinWord(match.start() + match.group().index(spelled), spelled)
            for spelled in dict.fromkeys([bare, word])
            if _LATIN_LETTER.search(spelled)
        )
    return words


def _phrase(words: Sequence[_LatinWord], text: str) -> Iterator[str]:
    """Yield the words after the first until something else than Latin words comes between."""
    for one, other in pairwise(words):
        first, last = sorted([one, other])
        if last.start < first.start + len(first.word):
            continue
        if _ANOTHER_SENTENCE.search(text, first.start + len(first.word), last.start):
            return
        yield other.word


def _is_name(text: str, guess: Reading) -> bool:
    """«С***а Анна», «Ху И» and «Lokhov» are names, if they are capitalised as such."""
    typed = text[guess.start : guess.end]
    pieces = typed.split()
    if typed.isupper() or not all(piece[0].isupper() for piece in pieces):
        return False
    if len(pieces) > 1 or (typed.isascii() and is_proper_name(guess.form)):
        return True
    before = text[max(0, guess.start - _LONGEST_NEIGHBOUR) : guess.start]
    after = text[guess.end : guess.end + _LONGEST_NEIGHBOUR]
    neighbours = before.split(" ")[-2:-1] + after.split(" ")[1:2]
    return any(word[:1].isupper() and not word.isupper() for word in neighbours)
