"""The words of a text, and those among them that are no ordinary words."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from comments.screening.words.resembling.common import is_common
from core.word_cache import LONGEST_WORD

_PIECE = re.compile("[а-я]+|[a-z]+")
# The same in half the time, for the texts without a Latin letter.
_RUSSIAN_PIECE = re.compile("[а-я]+")
_LATIN = re.compile("[a-z]")
_MAX_KNOWN = 50_000
# Words that were looked up before: nearly all words of nearly all texts are.
_known: set[str] = set()


class Pieces(NamedTuple):
    """`odd` has the places of the Russian pieces that are no ordinary words."""

    spelled: Sequence[str]
    odd: Sequence[int]


# Every list of a site asks for the same text.
@lru_cache(maxsize=16)
def pieces_of(text: str) -> Pieces:
    spelled: list[str] = _piece_of(text).findall(text)
    unknown = set(spelled) - _known
    odd = {piece for piece in unknown if not (piece.isascii() or is_common(piece))}
    # A client that posts random letters could otherwise fill the memory of the process.
    if len(_known) > _MAX_KNOWN:
        _known.clear()
    _known.update(piece for piece in unknown - odd if len(piece) <= LONGEST_WORD)
    places = [place for place, piece in enumerate(spelled) if piece in odd] if odd else []
    return Pieces(spelled, places)


# Few texts have a piece whose place is asked for.
@lru_cache(maxsize=16)
def spans_of(text: str) -> Sequence[tuple[int, int]]:
    return [match.span() for match in _piece_of(text).finditer(text)]


def _piece_of(text: str) -> "re.Pattern[str]":
    return _PIECE if _LATIN.search(text) else _RUSSIAN_PIECE
