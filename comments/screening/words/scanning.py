"""Cut a folded text into the pieces that are looked up in a word list."""

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

import regex

from comments.screening.words.alphabets import RUSSIAN
from comments.screening.words.folding import is_ordinary
from comments.screening.words.lookalikes import (
    has_stretched_letters,
    is_plain,
    read,
    read_through_signs,
)

_CHUNK = regex.compile(r"[\p{L}\p{M}\p{N}@$€]+")
# The same where a text has nothing unusual, in half the time.
_ORDINARY_CHUNK = re.compile("[0-9a-zа-яіїєґў@$€]+")
# Possessive and tied to a beginning, or a long word would be tried from each of its letters.
_THROUGH_SIGNS = regex.compile(
    r"(?<![\p{L}\p{M}\p{N}@$€])[\p{L}\p{M}\p{N}@$€]++(?:[!|]++[\p{L}\p{M}\p{N}@$€]++)+"
)
_SIGN = regex.compile(r"[!|](?=[\p{L}\p{M}\p{N}@$€])")
_LETTER = regex.compile(r"\p{L}")
_SHORTEST_RUN = 3
_RUN = b"\1" * _SHORTEST_RUN
# The lengths of a letter that may be stretched: «д.у.ррр.а.к».
_STRETCHABLE = bytes(int(1 <= length <= 4) for length in range(256))  # noqa: PLR2004
# «х., у.е.» are abbreviations in a row.
_ABBREVIATION_ENDS = re.compile(r"\.\s*,")


class Piece(NamedTuple):
    """`first` and `after` number the words of the text, so that a phrase is a chain of pieces.

    Several pieces may cover the same words. A wildcard is tried on `whole` only.
    """

    first: int
    after: int
    start: int
    end: int
    whole: tuple[str, ...]
    exactly: tuple[str, ...] = ()


def _chunk_of(text: str) -> "re.Pattern[str] | regex.Pattern[str]":
    return _ORDINARY_CHUNK if is_ordinary(text) else _CHUNK


def chunks(text: str) -> list[str]:
    pieces_found: list[str] = _chunk_of(text).findall(text)
    return pieces_found


def split_by_disguise(words: AbstractSet[str], text: str) -> tuple[set[str], set[str]]:
    """Split the chunks into those with one reading and those that may hide another word."""
    if has_stretched_letters(text):
        plain = set(filter(is_plain, words))
    else:
        # Nearly all are Russian through and through, which one call into C tells.
        plain = {word for word in words if not word.strip(RUSSIAN)}
        plain.update(filter(is_plain, words - plain))
    return plain, set(words - plain)


def can_match(text: str, every: Sequence[str]) -> bool:
    """Return whether several chunks could form one word."""
    # A bytes search finds three single letters in a row faster than a loop over the chunks.
    lengths = bytes(map(0xFF.__and__, map(len, every)))
    if _RUN in lengths or _SIGN.search(text) is not None:
        return True
    return _RUN in lengths.translate(_STRETCHABLE) and any(map(_is_stretched_letter, every))


def pieces(text: str, disguised: AbstractSet[str], listed: AbstractSet[str]) -> list[Piece]:
    """Return the chunks that may match: listed, disguised, or letters of a spelled-out word."""
    joined = list(_THROUGH_SIGNS.finditer(text)) if _SIGN.search(text) else []
    wanted = set(listed).union(*(_CHUNK.findall(match.group()) for match in joined))
    pieces_found = list(_pieces(text, disguised, wanted))
    first = {piece.start: piece.first for piece in reversed(pieces_found)}
    after = {piece.end: piece.after for piece in pieces_found} if joined else {}
    for match in joined:
        start, end = match.span()
        reading = read_through_signs(match.group())
        pieces_found.append(
            Piece(first[start], after[end], start, end, reading.whole, reading.exactly)
        )
    return pieces_found


def runs_of_single_letters(text: str, pieces_found: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Yield the runs of letters, each of which may be stretched."""
    run: list[Piece] = []
    for piece in pieces_found:
        spelled_letter = text[piece.start : piece.end]
        single = len(spelled_letter) == 1 or _is_stretched_letter(spelled_letter)
        if run and not (single and _follows(piece, run[-1], text)):
            if len(run) >= _SHORTEST_RUN:
                yield run
            run = []
        if single:
            run.append(piece)
    if len(run) >= _SHORTEST_RUN:
        yield run


def _follows(piece: Piece, previous: Piece, text: str) -> bool:
    return piece.first == previous.after and not _ABBREVIATION_ENDS.search(
        text, previous.end, piece.start
    )


def _is_stretched_letter(chunk: str) -> bool:
    return (
        len(chunk) > 1 and chunk[0] == chunk[-1] and not chunk.strip(chunk[0]) and chunk.isalpha()
    )


def spelled(run: Sequence[Piece], letters: str) -> Piece:
    """Pieces of one letter each, as one word."""
    reading = read(letters)
    first, last = run[0], run[-1]
    return Piece(first.first, last.after, first.start, last.end, reading.whole, reading.exactly)


def _pieces(text: str, disguised: AbstractSet[str], wanted: AbstractSet[str]) -> Iterator[Piece]:
    word = 0
    for match in _chunk_of(text).finditer(text):
        chunk = match.group()
        if chunk in disguised:
            yield from _disguised(chunk, word, match.start())
            word += _words_in(chunk)
            continue
        after = word if chunk.isdecimal() else word + 1
        if chunk in wanted:
            yield Piece(word, after, *match.span(), (chunk,))
        elif len(chunk) == 1 or _is_stretched_letter(chunk):
            yield Piece(word, after, *match.span(), ())
        word = after


def _disguised(chunk: str, word: int, start: int) -> Iterator[Piece]:
    reading = read(chunk)
    end = start + len(chunk)
    yield Piece(word, word + _words_in(chunk), start, end, reading.whole, reading.exactly)
    for number, part in enumerate(reading.parts, start=word):
        yield Piece(number, number + 1, start + part.start, start + part.end, part.readings)


def _words_in(chunk: str) -> int:
    return len(read(chunk).parts) or int(_LETTER.search(chunk) is not None)
