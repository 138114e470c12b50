"""Words with letters of another alphabet, digits or signs for letters: «др0ч», «дурa4ок», «p!dor».

The exact spellings of listed words are matched openly. These are short for one («др0ч»), derived
from one («дурa4ок») or in Latin letters.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import chain, islice, product

from comments.screening.words.inflection import is_word
from comments.screening.words.lookalikes import russian_spellings
from comments.screening.words.resembling import latin
from comments.screening.words.resembling.common import is_obscene
from comments.screening.words.resembling.forms import Forms
from comments.screening.words.resembling.reading import Reading

# Begins with the rare characters, so that the text of a plain comment is passed over fast.
_MIXED = re.compile("[a-z0-9@$€](?:[а-я]|(?<=[а-я][a-z0-9@$€]))")
_CHUNK = re.compile(r"[^\W_а-яa-z]*(?P<word>[а-яa-z0-9@$€]+)")
_EDGES = "0123456789@$€"
_SHORTEST, _LONGEST = 4, 24
# «Др0ч» lacks three letters of «дрочить», «муд0» four of «мудозвон».
_MOST_CUT_OFF, _MOST_CUT_OFF_OBSCENE = 3, 6
# «дурачок» and «дурачка» of «дурак», «сучка» of «сука», «дурочка» of «дура», «уродик» of «урод».
_CASES = "(?:а|у|ом|е|и|ы|ов|ам|ами|ах|ой)"
_DERIVED = [
    (re.compile(f"(?:чк{_CASES}|чек)$"), ("к", "ка")),
    # «Сучок» is no «сука».
    (re.compile("чок$"), ("к",)),
    (re.compile(f"[ое]ч(?:к{_CASES}|ек)$"), ("а",)),
    (re.compile(f"ь?чик{_CASES}?$"), ("", "ь")),
    (re.compile(f"ик{_CASES}?$"), ("",)),
    (re.compile("чищ(?:е|а|у|ем|и)$"), ("к",)),
    (re.compile("ищ(?:е|а|у|ем|и)$"), ("", "а", "ь")),
    (re.compile(f"[ую]ш(?:к{_CASES}|ек)$"), ("а",)),
    (re.compile(f"ишк{_CASES}$"), ("", "ь")),
]

# Begins with the rare characters.
_LATIN_SIGN = re.compile("[0-9!|@$](?:[a-z]|(?<=[a-z][0-9!|@$]))")
# Possessive, or a long word would be tried from each of its letters. `$100` is no word.
_SIGNED = re.compile(r"(?<![^\W_])[$]?[a-z0-9]++(?:[!|@$]++[a-z0-9]++)*+[@$]?")
_SIGNS = {
    "!": "il",
    "|": "li",
    "@": "a",
    "$": "s",
    "0": "o",
    "1": "il",
    "3": "ez",
    "4": "a4",
    "5": "s",
    "6": "6b",
    "7": "t",
    "8": "b",
}
_ENDS_OF_SENTENCES = re.compile(r"[!|]+")
_LETTER_SIGN = re.compile("[@$]")
_DIGITS = "0123456789"
_SHORTEST_WORD = 3
_MOST_READINGS = 16


def derived(text: str, forms: Forms) -> Iterator[Reading]:
    for start, spellings in _disguised(text):
        for spelling in spellings:
            for form in _forms_of(spelling, forms):
                yield Reading(start, start + len(spelling), form)


# Every list of a site asks for the same text.
@lru_cache(maxsize=16)
def signed_latin_words(text: str) -> Sequence[tuple[int, int, tuple[str, ...]]]:
    """Return the words in Latin letters with signs or digits, and what they may spell."""
    if _LATIN_SIGN.search(text) is None:
        return ()
    words: list[tuple[int, int, tuple[str, ...]]] = []
    for match in _SIGNED.finditer(text):
        word = match.group()
        goes_on = text[match.end() : match.end() + 1].isalnum()
        if _SHORTEST <= len(word) <= _LONGEST and not goes_on and _is_signed(word):
            letters = [_SIGNS.get(letter, letter) for letter in word]
            spellings = islice(map("".join, product(*letters)), _MOST_READINGS)
            words.append((*match.span(), tuple(spellings)))
    return words


def derived_spellings(spellings: Iterable[str], forms: Forms) -> AbstractSet[str]:
    """Return the forms that words in Latin letters are diminutives of: «su4k@» is «сучка»."""
    russian = chain.from_iterable(map(latin.spellings_of, spellings))
    return forms.all.intersection(chain.from_iterable(map(_bases, russian)))


def _is_signed(word: str) -> bool:
    # «Hello!suka» has the end of a sentence inside.
    parts = _ENDS_OF_SENTENCES.split(word)
    if len(parts) > 1 and min(map(len, parts)) >= _SHORTEST_WORD and not _LETTER_SIGN.search(word):
        return False
    # The digits after a word are a number, and more digits than letters are a code.
    digits = sum(map(word.count, _DIGITS))
    return not word.rstrip(_DIGITS).isalpha() and 2 * digits <= len(word)


@lru_cache(maxsize=16)
def _disguised(text: str) -> Sequence[tuple[int, tuple[str, ...]]]:
    """Return the Russian words with other letters or digits inside, and what they may spell."""
    if _MIXED.search(text) is None:
        return ()
    words: list[tuple[int, tuple[str, ...]]] = []
    for match in _CHUNK.finditer(text):
        chunk = match["word"]
        bare = chunk.strip(_EDGES)
        start = chunk.index(bare)
        # «муд0»: the one sign after the letters may be one of them.
        for word in (bare, chunk[start:]) if len(chunk) == start + len(bare) + 1 else (bare,):
            if _SHORTEST <= len(word) <= _LONGEST and _MIXED.search(word):
                spellings = tuple(russian_spellings(word))
                words.append((match.start("word") + start, spellings))
    return words


def _forms_of(spelling: str, forms: Forms) -> AbstractSet[str]:
    if (bases := forms.all.intersection(_bases(spelling))) or is_word(spelling):
        return bases
    most = _MOST_CUT_OFF_OBSCENE if is_obscene(spelling) else _MOST_CUT_OFF
    lengths = range(len(spelling) + 1, len(spelling) + most + 1)
    # Of the many forms of an entry the shortest, or the first of the alphabet.
    begun = sorted(forms.begun_by(spelling, lengths), key=lambda form: (len(form), form))
    return {*begun[:1]}


def _bases(word: str) -> Iterator[str]:
    """Yield what the word may be a diminutive or an augmentative of."""
    for ending, replacements in _DERIVED:
        stem = ending.sub("", word)
        if stem != word:
            yield from (stem + replacement for replacement in replacements)
