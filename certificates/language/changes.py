"""A text before and after, with the letters that differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

import regex

# A character as readers see it: an accent never parts from its letter.
_CHARACTER = regex.compile(r"\X")


@dataclass(frozen=True, slots=True)
class Change:
    """One answer before and after, in words. Either is empty where there was no answer."""

    label: str
    before: str
    after: str

    @property
    def parts(self) -> tuple[str, str, str, str]:
        """Return the beginning that stays, what is removed, what is added, and the end."""
        old, new = _CHARACTER.findall(self.before), _CHARACTER.findall(self.after)
        start = _common(old, new)
        end = _common(old[start:][::-1], new[start:][::-1])
        removed, added = old[start : len(old) - end], new[start : len(new) - end]
        parts = (old[:start], removed, added, old[len(old) - end :])
        beginning, gone, come, rest = ("".join(characters) for characters in parts)
        return beginning, gone, come, rest


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many characters the two have in common at the beginning."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], pairs))
