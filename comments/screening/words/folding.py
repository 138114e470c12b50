"""Text as the word lists see it: one spelling of each letter, and the way back to the original.

Only what never changes a word is undone here, in every alphabet: case, ё, compatibility forms
(fullwidth, mathematical, circled letters), invisible characters, overlays, accents over Cyrillic.
What has to be guessed (look-alikes, digits for letters) is in `lookalikes`.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

_ORDINARY = "\t\n\r -~\xa0«»…–—№“”„‘’а-яА-ЯёЁіїєґўІЇЄҐЎ"
_UNUSUAL = re.compile(f"[^{_ORDINARY}]")
# An accent belongs to the letter before it, so that letter is taken along.
_UNUSUAL_RUN = re.compile(f"(?s:.?)[^{_ORDINARY}]+")
# The letters of which a mark is a part; every other mark over Cyrillic is an accent.
_COMPOSED = frozenset("йїў")
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_OVERLAYS = frozenset(map(chr, [*range(0x334, 0x339), *range(0x20D0, 0x20F1)]))
_SELECTORS = frozenset(map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))
_DROPPED = _FILLERS | _OVERLAYS | _SELECTORS
# Letters in filled circles and squares have no compatibility form.
_EMBLEMS = {
    first + shift: chr(ord("a") + shift) for first in (0x1F150, 0x1F170) for shift in range(26)
}


@dataclass(frozen=True, slots=True)
class Folded:
    """`offsets[i]` is where the i-th character came from; None while the lengths agree."""

    text: str
    length: int
    offsets: Sequence[int] | None = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        if self.offsets is None:
            return start, end
        last = self.offsets[end - 1]
        following = self.offsets[end] if end < len(self.offsets) else self.length
        return self.offsets[start], max(last + 1, following)


def is_ordinary(text: str) -> bool:
    """Return whether the text has only visible characters that need no folding."""
    return _UNUSUAL.search(text) is None


# Every list and every phase of screening begins with it.
@lru_cache(maxsize=64)
def fold(text: str) -> Folded:
    if is_ordinary(text):
        return Folded(text.lower().replace("ё", "е"), len(text))
    folded: list[str] = []
    offsets: list[int] = []
    done = 0
    for unusual in _UNUSUAL_RUN.finditer(text):
        folded.append(text[done : unusual.start()].lower())
        offsets.extend(range(done, unusual.start()))
        for character, offset in _settled(unusual.group()):
            folded.append(character)
            offsets.append(unusual.start() + offset)
        done = unusual.end()
    folded.append(text[done:].lower())
    offsets.extend(range(done, len(text)))
    return Folded("".join(folded).replace("ё", "е"), len(text), offsets)


def is_cyrillic(character: str) -> bool:
    return "\u0400" <= character <= "\u052f"


def _settled(piece: str) -> list[tuple[str, int]]:
    settled: list[tuple[str, int]] = []
    for offset, character in enumerate(_visible(piece)):
        for part in character:
            if unicodedata.category(part)[0] == "M":
                _attach(part, offset, settled)
            else:
                settled.append((part, offset))
    return settled


def _visible(piece: str) -> Iterator[str]:
    """Yield each character's compatible lower-case spelling; "" for an invisible one."""
    for character in piece:
        category = unicodedata.category(character)
        if category in {"Cf", "Me"} or character in _DROPPED:
            yield ""
        elif ord(character) in _EMBLEMS:
            yield _EMBLEMS[ord(character)]
        else:
            yield _spelled(character, category)


def _spelled(character: str, category: str) -> str:
    compatible = unicodedata.normalize("NFKC", character)
    # A sign such as ™ follows a word; spelled out, it would become part of that word.
    if category[0] not in "LN" and not (len(compatible) == 1 and compatible.isalnum()):
        return character
    lowered = compatible.lower()
    if any(map(is_cyrillic, lowered)):
        return unicodedata.normalize("NFD", lowered)
    return lowered


def _attach(mark: str, offset: int, settled: list[tuple[str, int]]) -> None:
    base, origin = settled[-1] if settled else ("", offset)
    composed = unicodedata.normalize("NFC", base + mark)
    if is_cyrillic(base or " "):
        if composed in _COMPOSED:
            settled[-1] = (composed, origin)
    elif base.isalpha() and len(composed) == 1:
        settled[-1] = (composed, origin)
    elif base.isalpha() or not "\u0300" <= mark <= "\u036f":
        settled.append((mark, offset))
