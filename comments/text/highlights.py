"""Marks in a rendered comment, for editors: what screening found stands out in the text."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from comments.screening.readings import Reading
from comments.text.visible import visible_reading

# The cleaner writes every attribute in double quotes, and no `<` outside a tag.
_PARTS = re.compile(r'(?P<tag><(?:[^">]|"[^"]*")*>)|&[^;\s]+;|.', re.DOTALL)
# A rendered sign that is further on than this is none of the text: a line break between two tags.
_AHEAD = 64


@dataclass(frozen=True, slots=True)
class Span:
    """A part of the typed text, with the words that explain it."""

    start: int
    end: int
    title: str


def highlighted(rendered: str, text: str, spans: Sequence[Span]) -> str:
    """Return the rendered comment with `<mark>` around the parts of the typed text in `spans`.

    `rendered` is the safe HTML that was made of `text`.
    """
    if not spans:
        return rendered
    marks = _Marks(spans)
    places = _places(rendered, visible_reading(text))
    return "".join(marks.written(part, place) for part, place in places) + marks.closed()


class _Marks:
    """Opens and closes `<mark>` so that it never crosses another tag."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = spans
        self._open = ""

    def written(self, part: str, place: int | None) -> str:
        """`place` is where a sign is in the typed text; None for tags and what was added."""
        title = "" if place is None else self._title_at(place)
        if title == self._open:
            return part
        closing = self.closed()
        self._open = title
        return f'{closing}<mark title="{html.escape(title)}">{part}' if title else closing + part

    def closed(self) -> str:
        closing = "</mark>" if self._open else ""
        self._open = ""
        return closing

    def _title_at(self, place: int) -> str:
        titles = [span.title for span in self._spans if span.start <= place < span.end]
        return "; ".join(dict.fromkeys(titles))


def _places(rendered: str, reading: Reading) -> Iterator[tuple[str, int | None]]:
    """Yield every tag and sign of the rendered text; signs with their place in the typed text."""
    at = 0
    for match in _PARTS.finditer(rendered):
        part = match[0]
        # A line break in HTML is layout.
        if match["tag"] or part == "\n":
            yield part, None
            continue
        index = reading.text.find(html.unescape(part), at, at + _AHEAD)
        if index < 0:
            yield part, None
            continue
        at = index + 1
        yield part, reading.offsets[index]
