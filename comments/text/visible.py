"""Extract the visible words and the real links of a text, for screening."""

from collections.abc import Iterator, Sequence
from enum import Enum, auto
from typing import NamedTuple

from markdown_it.token import Token

from comments.screening.hyperlinks import Link
from comments.screening.readings import Reading, joined
from comments.text.markup import parse

_LINE_ENDS = frozenset({"paragraph_close", "softbreak", "hardbreak"})


class _Kind(Enum):
    TYPED = auto()
    ADDED = auto()
    HIDDEN = auto()


class _Piece(NamedTuple):
    """TYPED text is seen and is in the source, ADDED is only seen, HIDDEN is only in the source."""

    kind: _Kind
    text: str


def readings_of(text: str) -> tuple[Reading, ...]:
    """Return how people may read the text where that differs from how it was typed."""
    visible = _visible(text)
    readings = () if visible.text.split() == text.split() else (visible,)
    without_signs = joined(visible)
    return (*readings, without_signs) if without_signs else readings


def visible_text(text: str) -> str:
    """Return the words of the text as they look, with the numbers of lists."""
    return "".join(
        piece.text for piece in _pieces(parse(text).tokens) if piece.kind != _Kind.HIDDEN
    ).strip()


def visible_reading(text: str) -> Reading:
    """Return the words of the text as they look, each with its place in the typed text."""
    return _visible(text)


def links_of(text: str) -> tuple[Link, ...]:
    """Return the addresses of all links as browsers read them, also of those that stay as typed."""
    links = []
    for target in parse(text).targets:
        start = text.find(target.address)
        # An address with escaped signs is not in the text; the evidence must point somewhere.
        start, end = (start, start + len(target.address)) if start >= 0 else (0, len(text))
        links.append(Link(target.address, start, end, target.domain))
    return tuple(links)


def _visible(text: str) -> Reading:
    characters: list[str] = []
    offsets: list[int] = []
    done = 0
    for kind, piece in _pieces(parse(text).tokens):
        if kind == _Kind.ADDED:
            places: Sequence[int] = [max(done - 1, 0)] * len(piece)
        else:
            places, done = _places(text, piece, done)
        if kind != _Kind.HIDDEN:
            characters.append(piece)
            offsets.extend(places)
    return Reading("".join(characters), offsets)


def _places(text: str, piece: str, start: int) -> tuple[Sequence[int], int]:
    """Return where each character of the piece is in the text, and where the piece ends."""
    at = text.find(piece, start)
    if at >= 0:
        return range(at, at + len(piece)), at + len(piece)
    # Decoded addresses and pieces with changed spaces are found letter by letter.
    places = []
    for character in piece:
        at = text.find(character, start)
        start = at + 1 if at >= 0 else start
        places.append(max(start - 1, 0))
    return places, start


def _pieces(tokens: Sequence[Token]) -> Iterator[_Piece]:
    for token in tokens:
        if token.children:
            yield from _pieces(token.children)
        elif token.type in _LINE_ENDS:
            yield _Piece(_Kind.ADDED, "\n")
        elif token.type == "list_item_open":
            yield _marker(token)
        elif hidden := token.meta.get("hidden"):
            yield _Piece(_Kind.HIDDEN, hidden)
        elif token.type != "inline" and token.content:
            yield _Piece(_Kind.TYPED, token.content)


def _marker(item: Token) -> _Piece:
    if item.info:
        return _Piece(_Kind.TYPED, f"{item.info}{item.markup} ")
    return _Piece(_Kind.ADDED, "• ")
