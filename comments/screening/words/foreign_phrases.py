"""Foreign phrases and names in which a Russian insult is an innocent word: «дура лекс»."""

import re
from pathlib import Path

from comments.screening.words.folding import Folded

_PHRASES = (
    Path(__file__)
    .parent.with_name("data")
    .joinpath("foreign_phrases.txt")
    .read_text(encoding="utf-8")
    .splitlines()
)
_PHRASE = re.compile(
    r"\b(?:%s)\b"  # noqa: UP031
    % "|".join(
        r"[ \xa0-]".join(map(re.escape, phrase.split()))
        for phrase in _PHRASES
        if phrase and not phrase.startswith("#")
    )
)


def foreign_phrases_in(folded: Folded) -> list[tuple[int, int]]:
    """Return the spans of the phrases in the folded text."""
    return [match.span() for match in _PHRASE.finditer(folded.text)]
