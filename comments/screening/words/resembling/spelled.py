"""Russian words spelled out in Latin letters: «s u k a», «m.u.d.a.k», «h-u-i»."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

import regex

_SEPARATOR = "[.\\-–—_·•*+/|~:]"
# Possessive, or a long row would be tried from each of its letters.
_FIRST, _LETTER = r"(?<![\p{L}\p{N}])[a-z]", r"[a-z0-9](?![\p{L}\p{N}])"
_SAME = rf"(?P<between>[ ]{{1,3}}|[ ]?{_SEPARATOR}[ ]?){_LETTER}(?:(?P=between){_LETTER})++"
_ANY = rf"(?:[ ]{{0,2}}{_SEPARATOR}[ ]{{0,2}}{_LETTER}|[ ]{{1,3}}{_LETTER}){{2,}}+"
_ROWS = (
    # The same separator between all letters, so that «t y   s u k a» is two words.
    regex.compile(_FIRST + _SAME),
    # Or any mixture of them: «s.u-k a».
    regex.compile(_FIRST + _ANY),
)
_LATIN = re.compile("[a-z]")
_LETTERS = regex.compile("[a-z0-9]")
_LONGEST = 16
# Russian words of one letter that may come first: «a s u k a».
_ONE_LETTER_WORDS = "aiouy"


# Every list of a site asks for the same text.
@lru_cache(maxsize=16)
def spelled_words(text: str) -> Sequence[tuple[int, int, str]]:
    """Return what rows of single letters spell, with and without a first word of one letter."""
    if _LATIN.search(text) is None:
        return ()
    words: dict[tuple[int, int, str], None] = {}
    for match in chain.from_iterable(row.finditer(text) for row in _ROWS):
        letters = list(_LETTERS.finditer(match.group()))
        if len(letters) > _LONGEST:
            continue
        word = "".join(letter.group() for letter in letters)
        words[(*match.span(), word)] = None
        if word[0] in _ONE_LETTER_WORDS:
            words[match.start() + letters[1].start(), match.end(), word[1:]] = None
    return list(words)
