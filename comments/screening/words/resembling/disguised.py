"""Words with letters of another alphabet, digits or signs for letters: «др0ч», «дурa4ок», «p!dor».

The exact spellings of listed words are matched openly. These are short for one («др0ч»), derived
from one («дурa4ок») or in Latin letters.
"""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import islice, product

from comments.screening.words.inflection import is_word
from comments.screening.words.lookalikes import russian_spellings
from comments.screening.words.resembling.forms import Forms
from comments.screening.words.resembling.reading import Reading

# Begins with the rare characters, so that the text of a plain comment is passed over fast.
_MIXED = re.compile("[a-z0-9@$€](?:[а-я]|(?<=[а-я][a-z]))")
_CHUNK = re.compile(r"[^\W_а-яa-z]*(?P<word>[а-яa-z0-9@$€]+)")
_EDGES = "0123456789@$€"
_SHORTEST, _LONGEST = 4, 24
# «Др0ч» lacks three letters of «дрочить».
_MOST_CUT_OFF = 3
# «дурачок» and «дурачка» of «дурак», «сучка» of «сука», «дурочка» of «дура», «уродик» of «урод».
_CASES = "(?:а|у|ом|е|и|ы|ов|ам|ами|ах|ой)"
_DERIVED = [
    (re.compile(f"(?:чок|чк{_CASES}|чек)$"), ("к", "ка")),
    (re.compile(f"[ое]ч(?:к{_CASES}|ек)$"), ("а",)),
    (re.compile(f"ь?чик{_CASES}?$"), ("", "ь")),
    (re.compile(f"ик{_CASES}?$"), ("",)),
    (re.compile("чищ(?:е|а|у|ем|и)$"), ("к",)),
    (re.compile("ищ(?:е|а|у|ем|и)$"), ("", "а", "ь")),
    (re.compile(f"[ую]ш(?:к{_CASES}|ек)$"), ("а",)),
    (re.compile(f"ишк{_CASES}$"), ("", "ь")),
]

_LATIN_SIGN = re.compile("[a-z][!|@$1]+[a-z]")
_SIGNED = re.compile(r"(?<![^\W_])[a-z0-9]+(?:[!|@$]+[a-z0-9]+)*[@$]?(?![^\W_])")
_SIGNS = {"!": "il", "|": "li", "1": "il", "@": "a", "$": "s"}
_ENDS_OF_SENTENCES = re.compile(r"[!|]+")
_SHORTEST_WORD = 3
_MOST_READINGS = 8


def derived(text: str, forms: Forms) -> Iterator[Reading]:
    for start, spellings in _disguised(text):
        for spelling in spellings:
            for form in _forms_of(spelling, forms):
                yield Reading(start, start + len(spelling), form)


# Every list of a site asks for the same text.
@lru_cache(maxsize=16)
def signed_latin_words(text: str) -> Sequence[tuple[int, int, tuple[str, ...]]]:
    """Return the words in Latin letters that have a sign inside, with what they may spell."""
    if _LATIN_SIGN.search(text) is None:
        return ()
    words: list[tuple[int, int, tuple[str, ...]]] = []
    for match in _SIGNED.finditer(text):
        word = match.group()
        is_signed = _LATIN_SIGN.search(word) is not None
        # «Hello!suka» has the end of a sentence inside.
        shortest = min(map(len, _ENDS_OF_SENTENCES.split(word)))
        is_one_word = _ENDS_OF_SENTENCES.search(word) is None or shortest < _SHORTEST_WORD
        if is_signed and is_one_word and _SHORTEST <= len(word) <= _LONGEST:
            letters = [_SIGNS.get(letter, letter) for letter in word]
            spellings = islice(map("".join, product(*letters)), _MOST_READINGS)
            words.append((*match.span(), tuple(spellings)))
    return words


@lru_cache(maxsize=16)
def _disguised(text: str) -> Sequence[tuple[int, tuple[str, ...]]]:
    """Return the Russian words with other letters or digits inside, and what they may spell."""
    if _MIXED.search(text) is None:
        return ()
    words: list[tuple[int, tuple[str, ...]]] = []
    for match in _CHUNK.finditer(text):
        chunk = match["word"]
        bare = chunk.strip(_EDGES)
        if _SHORTEST <= len(bare) <= _LONGEST and _MIXED.search(bare):
            start = match.start("word") + chunk.index(bare)
            words.append((start, tuple(russian_spellings(bare))))
    return words


def _forms_of(spelling: str, forms: Forms) -> AbstractSet[str]:
    if (bases := forms.all.intersection(_bases(spelling))) or is_word(spelling):
        return bases
    lengths = range(len(spelling) + 1, len(spelling) + _MOST_CUT_OFF + 1)
    # Of the many forms of an entry the shortest, or the first of the alphabet.
    begun = sorted(forms.begun_by(spelling, lengths), key=lambda form: (len(form), form))
    return {*begun[:1]}


def _bases(word: str) -> Iterator[str]:
    """Yield what the word may be a diminutive or an augmentative of."""
    for ending, replacements in _DERIVED:
        stem = ending.sub("", word)
        if stem != word:
            yield from (stem + replacement for replacement in replacements)
