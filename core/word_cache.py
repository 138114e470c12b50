"""Caches of what is known about single words, bounded by bytes.

Words come from texts that anybody sends. A bound on their number alone would be none: a "word" may
be as long as a comment, and what is known about it may be a thousand spellings.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from typing import TypeVar

from core.sized_cache import SizedCache

R = TypeVar("R")
# Characters. The longest Russian words have half as many.
LONGEST_WORD = 64
# Bytes of a text in memory besides its characters, with its place in a collection.
_BYTES_OF_A_TEXT = 120


def word_cache(most: int) -> Callable[[Callable[[str], R]], Callable[[str], R]]:
    """Cache a function of one word for the `most` words used last; longer ones are not kept.

    For results of a fixed size. Use `weighed_word_cache` for those that hold texts.
    """

    def decorate(function: Callable[[str], R]) -> Callable[[str], R]:
        cached = lru_cache(most)(function)

        @wraps(function)
        def look_up(word: str) -> R:
            return cached(word) if len(word) <= LONGEST_WORD else function(word)

        look_up.cache_info = cached.cache_info  # type: ignore[attr-defined]
        return look_up

    return decorate


def weighed_word_cache(
    most_bytes: int, texts_of: Callable[[R], Iterable[str]]
) -> Callable[[Callable[[str], R]], Callable[[str], R]]:
    """Cache a function of one word whose results hold texts, within `most_bytes` in all.

    The words used last are kept. `texts_of` returns the texts of a result, which is never None.
    """

    def decorate(function: Callable[[str], R]) -> Callable[[str], R]:
        kept = SizedCache[R](most_bytes)

        @wraps(function)
        def look_up(word: str) -> R:
            if len(word) > LONGEST_WORD:
                return function(word)
            result = kept.newest(word)
            if result is None:
                result = function(word)
                # What is known about a word never changes.
                kept.put(word, 1, result, size=weight_of([word, *texts_of(result)]))
            return result

        look_up.kept = kept  # type: ignore[attr-defined]
        return look_up

    return decorate


def weight_of(texts: Iterable[str]) -> int:
    """Return about how many bytes these texts take. A Cyrillic character takes two."""
    return sum(_BYTES_OF_A_TEXT + 2 * len(text) for text in texts)
