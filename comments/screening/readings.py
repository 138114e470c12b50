"""The visible text of a comment, with the way back to the typed text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import regex

from comments.screening.verdicts import Evidence, PhaseVerdict

# Signs of markup that are seen within a word: «ду**рак**» reads as one word, 2*3 is a sum.
_SIGNS_IN_WORD = regex.compile(
    r"(?<=[\p{L}\p{M}])[*_~`\\]+(?=[\p{L}\p{N}])|(?<=\p{N})[*_~`\\]+(?=\p{L})"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """`offsets[i]` is the position of the i-th character in the typed text."""

    text: str
    offsets: Sequence[int]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the typed text that these characters came from."""
        if start == end:
            return self.offsets[start - 1], self.offsets[start - 1]
        return self.offsets[start], self.offsets[end - 1] + 1

    def as_typed(self, verdict: PhaseVerdict) -> PhaseVerdict:
        """Return the verdict over this reading with spans of the text as it was typed."""
        return replace(verdict, evidence=tuple(map(self._as_typed, verdict.evidence)))

    def _as_typed(self, item: Evidence) -> Evidence:
        if item.start is None or item.end is None:
            return item
        start, end = self.original(item.start, item.end)
        return replace(item, start=start, end=end)


def joined(reading: Reading) -> Reading | None:
    """Return the reading without the signs within its words; None where there are none."""
    if not _SIGNS_IN_WORD.search(reading.text):
        return None
    pieces = [
        (reading.text[start:end], reading.offsets[start:end])
        for start, end in _between(reading.text)
    ]
    offsets = [offset for _text, offsets in pieces for offset in offsets]
    return Reading("".join(text for text, _offsets in pieces), offsets)


def _between(text: str) -> Iterator[tuple[int, int]]:
    done = 0
    for signs in _SIGNS_IN_WORD.finditer(text):
        yield done, signs.start()
        done = signs.end()
    yield done, len(text)
