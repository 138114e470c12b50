"""A list of entries, compiled once and matched against many texts."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain
from typing import NamedTuple

import regex

from comments.screening.words import entries as parsing
from comments.screening.words import scanning
from comments.screening.words.folding import Folded, fold
from comments.screening.words.foreign_phrases import foreign_phrases_in
from comments.screening.words.index import WordIndex
from comments.screening.words.resembling import Resembling, is_obscene
from comments.screening.words.scanning import Piece
from comments.screening.words.spelling_out import spelled_out
from comments.screening.words.surnames import is_surname

_SHORTEST_GUESS = 3
_STARRED = regex.compile(r"[\p{L}\p{M}\p{N}*]+")


@dataclass(frozen=True, slots=True)
class ListVersion:
    """Entries under their digest: two versions are the same exactly if their digests are."""

    digest: str
    entries: tuple[str, ...] = field(compare=False, repr=False)

    @classmethod
    def of(cls, entries: Iterable[str]) -> "ListVersion":
        listed = tuple(entries)
        return cls(hashlib.sha256("\n".join(listed).encode()).hexdigest(), listed)


@dataclass(frozen=True, slots=True)
class Match:
    """A match: offsets `start` and `end` in the typed text, and the `text` between them.

    `looks_like` is the listed form that a masked, transliterated or split word may be; it is empty
    where the text has the word itself.
    """

    entry: str
    start: int
    end: int
    text: str
    looks_like: str = ""


class _Phrase(NamedTuple):
    words: tuple[int, ...]
    entry: str


class _Hit(NamedTuple):
    """A piece of the text and the numbers of the entry words that it matches."""

    piece: Piece
    numbers: frozenset[int]


_Hits = dict[int, list[_Hit]]


class WordList:
    """Immutable once made, so that threads share it; see `compiled`. Raises `BrokenEntry`."""

    def __init__(self, version: ListVersion) -> None:
        self.digest = version.digest
        entries = list(map(parsing.parse, version.entries))
        self._index = WordIndex(chain.from_iterable(entry.words for entry in entries))
        # Entries that contain stars or signs are matched literally.
        self._starred = {
            fold(entry.source).text.strip(): entry.source
            for entry in entries
            if "*" in entry.source
        }
        self._literals = {
            entry.source: _literal(entry.literal) for entry in entries if entry.literal
        }
        # The phrases that an entry word begins, by its number; a single word is a phrase of one.
        self._phrases: dict[int, list[_Phrase]] = defaultdict(list)
        for entry in entries:
            numbers = tuple(self._index.numbers[word] for word in entry.words)
            if numbers:
                self._phrases[numbers[0]].append(_Phrase(numbers, entry.source))

    def matches(self, text: str) -> tuple[Match, ...]:
        folded = fold(text)
        candidates = list(self._found(folded))
        foreign = foreign_phrases_in(folded) if candidates else []
        matches = {
            Match(entry, *(span := folded.original(start, end)), text[slice(*span)])
            for entry, start, end in candidates
            # A list may have the whole phrase.
            if not any(
                first <= start and end <= last and end - start < last - first
                for first, last in foreign
            )
            and not self._is_surname(text, entry, *folded.original(start, end))
        }
        return tuple(sorted(matches, key=lambda match: (match.start, match.end, match.entry)))

    def resemblances(self, text: str) -> tuple[Match, ...]:
        """Return the words that look like listed ones and are none: «х*й», «durak», «ду рак».

        They are guesses, so that an editor decides. Phrases are not guessed at, and entries with a
        wildcard only where they name enough letters: too many words would look like them.
        """
        folded = fold(text)
        readings = self._resembling.readings(text, folded)
        if not readings:
            return ()
        named = set(
            chain.from_iterable(range(match.start, match.end) for match in self.matches(text))
        )
        likeliest: dict[tuple[int, int, str], str] = {}
        for start, end, form, number in readings:
            if not named.isdisjoint(range(start, end)):
                continue
            for entry in self._entries_of_form[form] if number is None else self._singles[number]:
                place = (start, end, entry)
                # Of several forms of one entry the entry itself, or the first of the alphabet.
                likeliest[place] = min(
                    likeliest.get(place, form), form, key=lambda one: (one not in place, one)
                )
        return tuple(
            Match(entry, start, end, text[start:end], form)
            for (start, end, entry), form in sorted(likeliest.items())
        )

    @staticmethod
    def _is_surname(text: str, entry: str, start: int, end: int) -> bool:
        # A list may also have the surname itself.
        named = fold(entry).text.strip("= ")
        return named != fold(text[start:end]).text and is_surname(text, start, end)

    @cached_property
    def _entries_of_form(self) -> dict[str, tuple[str, ...]]:
        """The entries of a single word by each of their forms that can be guessed at."""
        entries: dict[str, tuple[str, ...]] = {
            form: tuple(chain.from_iterable(self._singles.get(number, ()) for number in numbers))
            for form, numbers in self._index.exact_forms()
        }
        for pattern, number in self._patterns:
            stem = pattern.removesuffix("*")
            if stem.isalpha() and (len(stem) > _SHORTEST_GUESS or is_obscene(stem)):
                entries[stem] = (*entries.get(stem, ()), *self._singles[number])
        return {form: listed for form, listed in entries.items() if _can_be_guessed(form, listed)}

    @cached_property
    def _singles(self) -> dict[int, list[str]]:
        """The entries of a single word by the number of that word."""
        singles = {
            number: [phrase.entry for phrase in phrases if len(phrase.words) == 1]
            for number, phrases in self._phrases.items()
        }
        return {number: entries for number, entries in singles.items() if entries}

    @cached_property
    def _resembling(self) -> Resembling:
        return Resembling(self._entries_of_form, self._patterns)

    @cached_property
    def _patterns(self) -> list[tuple[str, int]]:
        """The entries of a single word with a wildcard."""
        return [entry for entry in self._index.patterns() if entry[1] in self._singles]

    def _found(self, folded: Folded) -> Iterator[tuple[str, int, int]]:
        yield from self._phrases_in(self._hits(folded.text))
        if self._starred and "*" in folded.text:
            for match in _STARRED.finditer(folded.text):
                if match.group() in self._starred:
                    yield self._starred[match.group()], *match.span()
        for source, literal in self._literals.items():
            for match in literal.finditer(folded.text):
                yield source, *match.span()

    def _hits(self, text: str) -> _Hits:
        """By the number of the word that they begin at."""
        hits: _Hits = defaultdict(list)
        every = scanning.chunks(text)
        listed, disguised = self._index.split_by_disguise(set(every), text)
        if not (listed or disguised or scanning.can_match(text, every)):
            return hits
        pieces = scanning.pieces(text, disguised, listed.keys())
        for piece in chain(pieces, self._spelled_out(text, pieces)):
            if numbers := self._index.matching(piece):
                hits[piece.first].append(_Hit(piece, numbers))
        return hits

    def _spelled_out(self, text: str, pieces: list[Piece]) -> Iterator[Piece]:
        for run in scanning.runs_of_single_letters(text, pieces):
            letters = "".join(text[piece.start] for piece in run)
            for start, end in spelled_out(letters, self._index.listed_words):
                yield scanning.spelled(run[start:end], letters[start:end])

    def _phrases_in(self, hits: _Hits) -> Iterator[tuple[str, int, int]]:
        for first in chain.from_iterable(tuple(hits.values())):
            for phrase in chain.from_iterable(map(self._begun_by, first.numbers)):
                for last in _followed(first, phrase.words[1:], hits):
                    yield phrase.entry, first.piece.start, last.piece.end

    def _begun_by(self, number: int) -> Sequence[_Phrase]:
        return self._phrases.get(number, ())


def _can_be_guessed(form: str, entries: Iterable[str]) -> bool:
    """Shorter forms, and oblique ones of three letters («дур»), look like too many words."""
    shortest = min((len(entry.strip("=*")) for entry in entries), default=0)
    return (
        form.isalpha()
        and shortest > 0
        and len(form) >= _SHORTEST_GUESS + (shortest > _SHORTEST_GUESS)
    )


def _followed(hit: _Hit, words: tuple[int, ...], hits: _Hits) -> Iterator[_Hit]:
    if not words:
        yield hit
        return
    for following in hits.get(hit.piece.after, ()):
        if words[0] in following.numbers and following.piece.start >= hit.piece.end:
            yield from _followed(following, words[1:], hits)


def _literal(signs: str) -> regex.Pattern[str]:
    before = r"(?<![\p{L}\p{N}])" if signs[0].isalnum() else ""
    after = r"(?![\p{L}\p{N}])" if signs[-1].isalnum() else ""
    return regex.compile(before + regex.escape(signs) + after)


@lru_cache(maxsize=64)
def compiled(version: ListVersion) -> WordList:
    return WordList(version)
