"""Ordinary words, Russian and English, which are not taken for disguises."""

import gzip
import json
from functools import cache
from importlib.resources import files

from comments.screening.words.inflection import is_word

# The dictionary has every abbreviation, note and syllable, so that the shortest are listed.
_SHORT = 2
_SHORT_WORDS = frozenset(
    """
    а б в е ж и к о с у я аж ай ах бы во вы да де до ее еж ел ем ею же за из им их ли ль мы на не
    ни но ну об ой ок он от ох по ре си со та те то ту ты ум ус уж уф ух фу эй эх юг юн яд як ям яр
    """.split()  # noqa: SIM905
)
# The file's numbers are counts; words that its text lacks have the lowest.
_SEEN = 100


def is_common(piece: str) -> bool:
    """Return whether the Russian letters are an ordinary word."""
    if len(piece) <= _SHORT:
        return piece in _SHORT_WORDS
    return is_word(piece)


def is_english(word: str) -> bool:
    return word in _english()


@cache
def _english() -> frozenset[str]:
    """Tens of thousands of words, read when the first guess in Latin letters needs them."""
    packed = files("spellchecker").joinpath("resources", "en.json.gz").read_bytes()
    counts: dict[str, int] = json.loads(gzip.decompress(packed))
    return frozenset(word for word, count in counts.items() if count >= _SEEN)
