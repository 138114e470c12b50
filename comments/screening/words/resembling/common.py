"""Ordinary words, Russian and English, which are not taken for disguises."""

import gzip
import json
import re
from functools import cache
from importlib.resources import files

from comments.screening.words.inflection import is_word

# The dictionary has every abbreviation, note and syllable, so that the shortest are listed.
_SHORT = 2
_SHORT_WORDS = frozenset(
    """
    а б в е ж и к о с у я аж ай ах бы во вы да до ее еж ел ем ею же за из им их ли ль мы на не
    ни но ну об ой ок он от ох по ре си со та те то ту ты ум ус уж уф ух фу эй эх юг юн яд як ям яр
    """.split()  # noqa: SIM905
)
_SHORT_ENGLISH = frozenset(
    """
    a i ad ah am an as at aw ax be by do ed em er ex go ha he hi ho id if in is it la lo ma me mi mu
    my no of oh ok on or ow ox pa pi re sh so ti to uh um up us we ya ye yo
    """.split()  # noqa: SIM905
)
_OBSCENE = re.compile(
    r"ху[йеияюл]|пизд|пезд|бля|[её]б|муд[аио]|манд|залуп|г[ао]ндон|жоп|ср[ауе]|сук|говн|"
    r"п[ие]д[оаи]?р|шлю|хер"
)
# The file's numbers are counts; words that its text lacks have the lowest.
_SEEN = 100
_OFTEN = 1_000
_FOREIGN = ("es", "fr", "de", "it", "pt", "nl")


def is_common(piece: str) -> bool:
    """Return whether the letters are an ordinary word, Russian or English."""
    if piece.isascii():
        return is_english(piece)
    if len(piece) <= _SHORT:
        return piece in _SHORT_WORDS
    return is_word(piece)


def is_obscene(word: str) -> bool:
    """Return whether the word has a root that Russians do not print in full."""
    return _OBSCENE.search(word) is not None


def is_long_enough(form: str, shortest: int = 4) -> bool:
    """Return whether pieces spell the form by no accident: «h u y», but not «d u r», a key."""
    return len(form) >= shortest or is_obscene(form)


def is_english(word: str) -> bool:
    return word in (_SHORT_ENGLISH if len(word) <= _SHORT else _english())


def is_frequent(word: str) -> bool:
    """Return whether the word is among the twenty thousand commonest Russian ones."""
    return word in _counts("ru")


def is_everyday(word: str) -> bool:
    """Return whether the word is among the two thousand commonest Russian ones."""
    return _counts("ru").get(word, 0) >= _OFTEN


def is_foreign_phrase(word: str, neighbour: str) -> bool:
    """Return whether both words are of one language that is neither Russian nor English."""
    return any(word in _counts(code) and neighbour in _counts(code) for code in _FOREIGN)


@cache
def _english() -> frozenset[str]:
    return frozenset(word for word, count in _counts("en").items() if count >= _SEEN)


@cache
def _counts(language: str) -> dict[str, int]:
    """Tens of thousands of words, read when the first guess needs them."""
    packed = files("spellchecker").joinpath("resources", f"{language}.json.gz").read_bytes()
    counts: dict[str, int] = json.loads(gzip.decompress(packed))
    return counts
