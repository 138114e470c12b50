"""A cache of what is known about single words, bounded by bytes.

Words come from texts that anybody sends. A bound on their number alone would be none: a "word" may
be as long as a comment.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

R = TypeVar("R")
# Characters. The longest Russian words have half as many.
LONGEST_WORD = 64


def word_cache(most: int) -> Callable[[Callable[[str], R]], Callable[[str], R]]:
    """Cache a function of one word for the `most` words used last; longer ones are not kept."""

    def decorate(function: Callable[[str], R]) -> Callable[[str], R]:
        cached = lru_cache(most)(function)

        @wraps(function)
        def look_up(word: str) -> R:
            return cached(word) if len(word) <= LONGEST_WORD else function(word)

        look_up.cache_info = cached.cache_info  # type: ignore[attr-defined]
        return look_up

    return decorate
