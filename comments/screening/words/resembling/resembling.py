"""Find the words of a text that only look like listed ones."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, pairwise, starmap
from typing import NamedTuple

import regex

from comments.screening.hyperlinks import links_in
from comments.screening.words.folding import Folded
from comments.screening.words.inflection import is_proper_name
from comments.screening.words.resembling import (
    contexts,
    disguised,
    doubled,
    latin,
    masks,
    spelled,
    splits,
)
from comments.screening.words.resembling.common import is_english, is_foreign_phrase, is_long_enough
from comments.screening.words.resembling.forms import Forms
from comments.screening.words.resembling.reading import Reading
from comments.screening.words.resembling.wildcards import Wildcards
from core.word_cache import LONGEST_WORD

_LATIN_WORD = regex.compile(r"(?<![\p{L}\p{M}])[a-z0-9à-ɏ'’`]++(?![\p{L}\p{M}])")
_LATIN_LETTER = re.compile("[a-zà-ɏ]")
_QUOTES = "'’`"
_DIGITS = "0123456789"
_SHORTEST = 3
# So short a word is one of many languages: «Hui» is a people, «dur» a key.
_AMBIGUOUS = 4
# Words of two pieces are as many, so that they are guessed at from this length on.
_LONG = 5
_NEIGHBOURS = 4
_LONGEST_NEIGHBOUR = 40
_ANOTHER_SENTENCE = re.compile(r"[.!?…\n]|[^\W\d_]")
# Also with some letters hidden: «su***@example.com».
_EMAIL = re.compile(r"[\w.+*•-]+@[\w*•-]+(?:\.[\w-]+)+")
_FILE = re.compile(
    r"[\w-]+(?:\.[\w-]+)*\.(?:avi|bak|bmp|css|csv|docx?|exe|gif|html?|jpe?g|json|js|md|mov|mp[34]|"
    r"odt|pdf|png|pptx?|py|rar|rtf|svg|txt|webp|xlsx?|xml|zip)\b",
    re.IGNORECASE,
)
_SURNAME_ENDINGS = ("ов", "ев")
# The Cyrillic letters that are typed for Latin ones in formulas.
_CYRILLIC_VARIABLES = frozenset("авсехук")
# «гр. С***в»
_TITLE = re.compile(r"\b(?:гр|г|тов|г-н|г-жа|господин|госпожа|гражданин|гражданка)\.? $")
_MAX_CACHED_WORDS = 10_000


class _LatinWord(NamedTuple):
    start: int
    word: str


class _Guess(NamedTuple):
    form: str
    number: int | None = None


class Resembling:
    """Finds the words of a text that look like forms of a list or match its `patterns`."""

    def __init__(self, forms: Iterable[str], patterns: Iterable[tuple[str, int]] = ()) -> None:
        self._forms = Forms(forms)
        self._wildcards = Wildcards(patterns)
        self._unmasked: dict[str, Sequence[_Guess]] = {}
        self._in_latin: dict[str, Sequence[_Guess]] = {}

    def readings(self, text: str, folded: Folded) -> list[Reading]:
        """Offsets are those of the text as typed."""
        guesses = chain(
            self._masked(folded.text),
            splits.split(folded.text, self._forms, self._wildcards),
            doubled.undoubled(folded.text, self._forms, self._wildcards),
            disguised.derived(folded.text, self._forms),
            self._transliterated(folded.text),
            self._split_in_latin(folded.text),
            self._in_single_letters(folded.text),
            self._with_signs(folded.text),
        )
        typed = [
            Reading(*folded.original(start, end), form, number)
            for start, end, form, number in guesses
        ]
        if not typed:
            return typed
        elsewhere = set(
            chain(
                *(range(link.start, link.end) for link in links_in(text)),
                *(range(*match.span()) for match in _EMAIL.finditer(text)),
                *(range(*match.span()) for match in _FILE.finditer(text)),
            )
        )
        return [
            guess
            for guess in typed
            if elsewhere.isdisjoint(range(guess.start, guess.end)) and not _is_name(text, guess)
        ]

    def _masked(self, text: str) -> Iterator[Reading]:
        for start, token in masks.tokens(text):
            known = self._unmasked.get(token)
            if known is None:
                unmasked = masks.unmasked(token, self._forms, self._wildcards)
                known = _remember(self._unmasked, token, starmap(_Guess, unmasked))
            end = start + len(token)
            is_innocent = bool(known) and _is_innocent_mask(text, start, end)
            for form, number in known:
                # «F**k» is English in an English text too.
                if not is_innocent or form.isascii():
                    yield Reading(start, end, form, number)

    def _transliterated(self, text: str) -> Iterator[Reading]:
        words = _latin_words(text)
        for number, (start, word) in enumerate(words):
            guesses = self._spelled(word)
            if not guesses or is_english(word):
                continue
            if not self._is_among_foreign(words, number, text):
                for form, entry in guesses:
                    yield Reading(start, start + len(word), form, entry)

    def _split_in_latin(self, text: str) -> Iterator[Reading]:
        for start, end, word in splits.joined_latin_words(text):
            guesses = [guess for guess in self._spelled(word) if is_long_enough(guess.form, _LONG)]
            if guesses and not contexts.is_among_foreign(text, start, end):
                for form, entry in guesses:
                    yield Reading(start, end, form, entry)

    def _in_single_letters(self, text: str) -> Iterator[Reading]:
        for start, end, word in spelled.spelled_words(text):
            is_product = len(word) < _AMBIGUOUS and contexts.is_in_formula(text, start, end)
            if is_english(word) or is_product:
                continue
            for form, entry in self._spelled(word):
                if is_long_enough(form):
                    yield Reading(start, end, form, entry)

    def _with_signs(self, text: str) -> Iterator[Reading]:
        for start, end, words in disguised.signed_latin_words(text):
            if any(map(is_english, words)):
                continue
            guesses = {guess for word in words for guess in self._spelled(word)}
            is_plain = latin.is_in_sounds(text[start:end])
            derived = () if is_plain else disguised.derived_spellings(words, self._forms)
            listed = guesses or map(_Guess, derived)
            for form, entry in listed:
                yield Reading(start, end, form, entry)

    def _spelled(self, word: str) -> Sequence[_Guess]:
        if len(word) < _SHORTEST:
            return ()
        known = self._in_latin.get(word)
        return _remember(self._in_latin, word, self._spellings(word)) if known is None else known

    def _spellings(self, word: str) -> set[_Guess]:
        forms = latin.readings(word, self._forms)
        if not forms and len(single := doubled.singled(word)) >= _AMBIGUOUS:
            forms = latin.readings(single, self._forms)
        guesses = {_Guess(form) for form in forms} or {*self._inflected(word)}
        # «Sebya» is «себя» rather than anything listed.
        return set() if guesses and self._is_innocent(word) else guesses

    def _inflected(self, word: str) -> Iterator[_Guess]:
        if len(word) <= _AMBIGUOUS:
            return
        for stem, form in latin.inflected_readings(word, self._wildcards.beginnings):
            for number in self._wildcards.numbers_of_beginning[stem]:
                yield _Guess(form, number)

    def _is_innocent(self, word: str) -> bool:
        """Return whether the word spells one of the dictionary that the list does not have."""
        return any(
            spelling not in self._forms.all and not self._wildcards.has_openly(spelling)
            for spelling in latin.likely_words(word)
        )

    def _is_among_foreign(self, words: Sequence[_LatinWord], number: int, text: str) -> bool:
        """Return whether the words of the same phrase are no Russian ones in Latin letters."""
        spelled = words[number].word
        before = words[max(0, number - _NEIGHBOURS) : number + 1]
        after = words[number : number + _NEIGHBOURS + 1]
        neighbours = [
            word
            for word in chain(_phrase(before[::-1], text), _phrase(after, text))
            if len(word) > 1 and not self._spelled(word)
        ]
        if len(spelled) > _AMBIGUOUS:
            return any(is_foreign_phrase(spelled, word) for word in neighbours)
        return bool(neighbours) and not (
            all(map(latin.is_russian, neighbours)) and any(map(latin.is_surely_russian, neighbours))
        )


def _remember(
    known: dict[str, Sequence[_Guess]], word: str, guesses: Iterable[_Guess]
) -> Sequence[_Guess]:
    # A client that posts random letters could otherwise fill the memory of the process.
    if len(known) > _MAX_CACHED_WORDS:
        known.clear()
    ordered = tuple(sorted({*guesses}, key=lambda guess: (guess.form, guess.number or 0)))
    if len(word) <= LONGEST_WORD:
        known[word] = ordered
    return ordered


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


def _is_innocent_mask(text: str, start: int, end: int) -> bool:
    """Return whether the signs are those of a product, a footnote or another language."""
    masked = text[start:end]
    letters = set(filter(str.isalpha, masked))
    if masked.isascii():
        return sum(map(masked.count, letters)) < _AMBIGUOUS and (
            contexts.has_operators(masked)
            or contexts.is_in_formula(text, start, end)
            or contexts.is_among_foreign(text, start, end)
        )
    # «х1*х2» in Cyrillic.
    if "*" in masked[1:-1] and letters <= _CYRILLIC_VARIABLES:
        return contexts.is_in_formula(text, start, end)
    return contexts.is_footnote(text, start, end)


def _is_name(text: str, guess: Reading) -> bool:
    """«С***а Анна», «Ху И» and «Lokhov» are names, if they are capitalised as such."""
    typed = text[guess.start : guess.end]
    pieces = typed.split()
    if typed.isupper() or not all(piece[0].isupper() for piece in pieces):
        return False
    before = text[max(0, guess.start - _LONGEST_NEIGHBOUR) : guess.start]
    if len(pieces) > 1 or _TITLE.search(before):
        return True
    if typed.isascii() and (is_proper_name(guess.form) or guess.form.endswith(_SURNAME_ENDINGS)):
        return True
    after = text[guess.end : guess.end + _LONGEST_NEIGHBOUR]
    neighbours = before.split(" ")[-2:-1] + after.split(" ")[1:2]
    return any(word[:1].isupper() and not word.isupper() for word in neighbours)
