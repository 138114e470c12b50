"""What is kept of a text to know it again: its digest, and a hash that similar texts share."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import regex

from comments.screening.words.folding import fold

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
# A positive PostgreSQL bigint.
_BITS = 63
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
        """Whether a few words at most differ; only meaningful for texts of some length."""
        return (self.similarity ^ other.similarity).bit_count() <= _ALIKE_BITS


@lru_cache(maxsize=64)
def fingerprint(text: str) -> Fingerprint:
    """Blind to case, punctuation, spacing, accents over Cyrillic and invisible characters."""
    folded = fold(text).text
    words = _WORD.findall(folded)
    said = " ".join(words) or "".join(folded.split())
    digest = hashlib.blake2b(said.encode(), digest_size=16).hexdigest()
    return Fingerprint(digest, _similarity(words), len(words))


def _similarity(words: list[str]) -> int:
    """A simhash: each word and pair of words votes for or against each bit."""
    features = {*words, *map(" ".join, pairwise(words))}
    votes = "".join(map(_vote, features))
    majority = len(features) / 2
    return sum(1 << bit for bit in range(_BITS) if votes[bit::64].count("1") > majority)


def _vote(feature: str) -> str:
    hashed = hashlib.blake2b(feature.encode(), digest_size=8).digest()
    return format(int.from_bytes(hashed), "064b")
