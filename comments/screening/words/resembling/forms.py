"""The listed forms, filed by their letters, so that a guess is compared with few of them."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator

# Sorts after every letter.
_LAST = "\uffff"
_TAIL = 2


class Forms:
    def __init__(self, forms: Iterable[str]) -> None:
        self.all = frozenset(forms)
        self.ordered = sorted(self.all)
        self._by_ends: defaultdict[tuple[str, str, int], list[str]] = defaultdict(list)
        self._by_tail: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        for form in self.ordered:
            self._by_ends[form[0], form[-1], len(form)].append(form)
            self._by_tail[form[-_TAIL:], len(form)].append(form)

    def starting(self, beginning: str, low: int, high: int) -> tuple[int, int]:
        """Return the range, within `low` and `high`, of the forms that begin so."""
        first = bisect_left(self.ordered, beginning, low, high)
        return first, bisect_left(self.ordered, beginning + _LAST, first, high)

    def begun_by(self, beginning: str, lengths: range) -> Iterator[str]:
        first, after = self.starting(beginning, 0, len(self.ordered))
        return (form for form in self.ordered[first:after] if len(form) in lengths)

    def between(self, first: str, last: str, lengths: range) -> Iterator[str]:
        for length in lengths:
            yield from self._by_ends.get((first, last, length), ())

    def ended_by(self, ending: str, lengths: range) -> Iterator[str]:
        """`ending` has at least two letters."""
        for length in lengths:
            yield from self._by_tail.get((ending[-_TAIL:], length), ())
