"""Signs that a comment is about the publication's own work and not about its subject."""

from collections.abc import Iterator

from comments.screening.complaints import english, russian
from comments.screening.verdicts import Evidence
from comments.screening.words.folding import fold

# As long as a complaint may be.
_LONGEST_READ = 10_000


def cues(text: str) -> Iterator[Evidence]:
    folded = fold(text)
    for start, end in sorted({*russian.spans(folded.text), *english.spans(folded.text)}):
        first, last = folded.original(start, end)
        yield Evidence(text[first:last], first, last)


def reads_as_complaint(text: str) -> bool:
    # Pages ask before the action has looked at the length.
    return next(cues(text[:_LONGEST_READ]), None) is not None
