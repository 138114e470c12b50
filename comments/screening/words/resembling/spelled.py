"""Russian words spelled out in Latin letters: «s u k a», «m.u.d.a.k», «h-u-i»."""

import re
from collections.abc import Sequence
from functools import lru_cache

import regex

from comments.screening.words.resembling.common import is_obscene

# The same separator between all letters, so that «t y   s u k a» is two words. Possessive, or a
# long row would be tried from each of its letters.
_SPELLED = regex.compile(
    r"(?<![\p{L}\p{N}])[a-z](?P<between>[ ]{1,3}|[ ]?[.\-–—_·•][ ]?)"
    r"[a-z0-9](?![\p{L}\p{N}])(?:(?P=between)[a-z0-9](?![\p{L}\p{N}]))++"
)
_LATIN = re.compile("[a-z]")
_LETTERS = regex.compile("[a-z0-9]")
_LONGEST = 16
# «h u y» is an insult, and «d u r» the name of a key.
_SHORTEST = 4
# Russian words of one letter that may come first: «a s u k a».
_ONE_LETTER_WORDS = "aiouy"


# Every list of a site asks for the same text.
@lru_cache(maxsize=16)
def spelled_words(text: str) -> Sequence[tuple[int, int, str]]:
    """Return what rows of single letters spell, with and without a first word of one letter."""
    if _LATIN.search(text) is None:
        return ()
    words: list[tuple[int, int, str]] = []
    for match in _SPELLED.finditer(text):
        letters = list(_LETTERS.finditer(match.group()))
        if len(letters) > _LONGEST:
            continue
        word = "".join(letter.group() for letter in letters)
        words.append((*match.span(), word))
        if word[0] in _ONE_LETTER_WORDS:
            words.append((match.start() + letters[1].start(), match.end(), word[1:]))
    return words


def is_long_enough(form: str) -> bool:
    return len(form) >= _SHORTEST or is_obscene(form)
