"""Recognise repeated texts by a digest, and similar ones by a locality-sensitive hash."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import regex

from comments.screening.words.folding import fold
from core.word_cache import word_cache

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_BITS = 64
_ALL = (1 << _BITS) - 1
# Makes a pair of words another vote than the two, and than the pair the other way round.
_ODD = 0x9E3779B97F4A7C15
# Unrelated texts differ in about half of the bits, and in 17 at the very least in practice.
_ALIKE_BITS = 12


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """`digest` is 32 hexadecimal digits, `similarity` fits a positive bigint."""

    digest: str
    similarity: int
    words: int

    def is_same(self, other: "Fingerprint") -> bool:
        return self.digest == other.digest

    def is_like(self, other: "Fingerprint") -> bool:
        """Return whether the texts differ in a few words at most; unreliable for short texts."""
        return (self.similarity ^ other.similarity).bit_count() <= _ALIKE_BITS


@lru_cache(maxsize=64)
def fingerprint(text: str) -> Fingerprint:
    """Return the fingerprint of a text, ignoring case, punctuation, spacing, accents over
    Cyrillic and invisible characters."""
    folded = fold(text).text
    words = _WORD.findall(folded)
    normalised = " ".join(words) or "".join(folded.split())
    digest = hashlib.blake2b(normalised.encode(), digest_size=16).hexdigest()
    return Fingerprint(digest, _similarity(words), len(words))


def _similarity(words: list[str]) -> int:
    """A simhash: each word and pair of words votes for or against each bit."""
    hashed = list(map(_hash, words))
    pairs = ((first * _ODD + second) & _ALL for first, second in pairwise(hashed))
    votes = {*hashed, *pairs}
    return _more_than(len(votes) // 2, _counted(votes)) >> 1


@word_cache(16_384)
def _hash(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest())


def _counted(votes: Collection[int]) -> list[int]:
    """How many votes have each of the 64 bits, all bits at once: the n-th bit of every count makes
    the n-th number. The votes lie side by side in one long number, whose halves are added until one
    place is left."""
    width = _BITS * (1 << (len(votes) - 1).bit_length()) if votes else _BITS
    counts = [int.from_bytes(b"".join(vote.to_bytes(8) for vote in votes))]
    while width > _BITS:
        width //= 2
        low, carry = (1 << width) - 1, 0
        sums = []
        for digit in counts:
            left, right = digit >> width, digit & low
            sums.append(left ^ right ^ carry)
            carry = left & right | (left ^ right) & carry
        counts = [*sums, carry]
    return counts


def _more_than(limit: int, counts: list[int]) -> int:
    """The bits that more votes than `limit` have."""
    more, equal = 0, _ALL
    for place in reversed(range(len(counts))):
        if limit >> place & 1:
            equal &= counts[place]
        else:
            more |= equal & counts[place]
            equal &= ~counts[place]
    return more
