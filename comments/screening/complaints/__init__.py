"""Signs that a comment is about the publication's own work and not about its subject."""

from collections.abc import Iterator

from comments.screening.complaints import english, model, russian
from comments.screening.verdicts import Evidence
from comments.screening.words.folding import fold


def cues(text: str) -> Iterator[Evidence]:
    """Yield what a rule recognises or, where no rule does, the words that the model weighs most."""
    folded = fold(text)
    by_rule = {*russian.spans(folded.text), *english.spans(folded.text)}
    for start, end in sorted(by_rule or model.spans(text, folded.text)):
        first, last = folded.original(start, end)
        yield Evidence(text[first:last], first, last)


def reads_as_complaint(text: str) -> bool:
    return next(cues(text), None) is not None
