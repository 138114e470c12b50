"""An entry of a word list, taken apart.

An entry matches whole words. A plain Cyrillic word matches in every inflected form, a plain word
in another alphabet as written; `=` before the entry switches inflection off; `*` matches any
letters inside one word; several words match in that order with anything but letters between.
"""

from dataclasses import dataclass

import regex

from comments.screening.words.alphabets import RUSSIAN
from comments.screening.words.folding import fold
from comments.screening.words.lookalikes import cyrillic_spelling

_WORD = regex.compile(r"=?[\p{L}\p{M}\p{N}@$€*]+")
# Signs that only punctuate an entry. An entry with any other sign is matched literally.
_PUNCTUATED = regex.compile(r"[\p{L}\p{M}\p{N}@$€*=\s\p{Pd}_.,:;!?'’ʼ\"«»„“”()/|]*")


class BrokenEntry(ValueError):
    """The entry has nothing to match; its text is the argument."""


@dataclass(frozen=True, slots=True)
class EntryWord:
    text: str
    inflected: bool

    @property
    def is_wild(self) -> bool:
        return "*" in self.text


@dataclass(frozen=True, slots=True)
class Entry:
    """Either `words`, or a `literal` of signs that are no words («c++», an emoji)."""

    source: str
    words: tuple[EntryWord, ...]
    literal: str = ""


def parse(source: str) -> Entry:
    folded = fold(source).text.strip()
    if not folded.strip("*= "):
        raise BrokenEntry(source)
    words = tuple(_WORD.findall(folded))
    if not words or not _PUNCTUATED.fullmatch(folded):
        return Entry(source, (), folded.removeprefix("=").strip())
    if any(not word.strip("*=") for word in words):
        raise BrokenEntry(source)
    as_written = folded.startswith("=")
    return Entry(source, tuple(_word(word, as_written=as_written) for word in words))


def _word(source: str, *, as_written: bool) -> EntryWord:
    spelling = cyrillic_spelling(source.removeprefix("="))
    russian = len(spelling) > 1 and not spelling.strip(RUSSIAN)
    return EntryWord(spelling, inflected=russian and not as_written and not source.startswith("="))
