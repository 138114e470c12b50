"""Two versions of something beside each other: lines, and the words inside a text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_WORDS = re.compile(r"\s+|[^\s\w]|\w+")


class Change(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Part:
    change: Change
    text: str


def compared_lines(before: Sequence[str], after: Sequence[str]) -> Sequence[Part]:
    """Only what differs, in the order of the lists: a list of words may have thousands."""
    every = _parts(before, after, joined="\n")
    return [
        Part(part.change, line)
        for part in every
        if part.change != Change.SAME
        for line in part.text.split("\n")
    ]


def compared_words(before: str, after: str) -> Sequence[Part]:
    return list(_parts(_WORDS.findall(before), _WORDS.findall(after), joined=""))


def _parts(before: Sequence[str], after: Sequence[str], *, joined: str) -> Iterator[Part]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            yield Part(Change.SAME, joined.join(before[start:end]))
            continue
        if end > start:
            yield Part(Change.REMOVED, joined.join(before[start:end]))
        if new_end > new_start:
            yield Part(Change.ADDED, joined.join(after[new_start:new_end]))
