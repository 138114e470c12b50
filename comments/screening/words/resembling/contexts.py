"""Recognise formulas, footnotes and foreign phrases, in which a masked word is innocent."""

import re
from functools import lru_cache
from itertools import islice

from comments.screening.words.resembling import latin
from comments.screening.words.resembling.common import is_common, is_english

_NEAR = 60
_NEIGHBOURS = 3
_SIGN = re.compile(r"[^\w\s]")
_WORD = re.compile(r"[^\W\d_]+")
# Signs of arithmetic or of code that touch a product: «S=x*y», «x*y+1», «2x*y», «f(x*y)», «`x*y`».
_OPERATORS = r"=+^/<>≤≥≈·×÷−±$\\`|"
_BEFORE = re.compile(rf"(?:[{_OPERATORS}\[{{√∑∫∂]|[a-z0-9)\]]\s*\(|\d)\s*\(*\s*$")
_AFTER = re.compile(
    rf"\s*\)*\s*[{_OPERATORS}\]}}'′\d]|\s*\)*\s*[-–−]\s*[a-z0-9(]\b|;\s*$", re.MULTILINE
)
# Elsewhere in the text: another product, an equation, a variable by its name: «где x — длина». The
# letters v, k and s are prepositions.
_ANOTHER = re.compile(
    r"(?<![^\W_])[a-z0-9]{1,2} ?[*·^/+=] ?[a-z0-9]{1,2}(?![^\W_*])|[a-z]\([a-z]|"
    r"(?<![^\W_*])(?:[b-hjl-np-rtw-z]|[abcnxyz]{1,2}\*)(?![^\W_*])"
)
_SCHOOL = re.compile(
    r"\b(?:формул|функци|уравнен|выражен|произвед|умнож|множител|площад|об[ъь]?[её]м|переменн|"
    r"степен|раздел|вычисл|посчита|сосчита|график|матриц|производн|интеграл|координат|вектор|"
    r"пример|алгебр|математик|программ|регуляр|ответ|реш(?:ени|ил|ать|ит)|задач|кратн|равн|"
    r"formula|function|equation|expression|product|multipl|area|variable|code|python|equal|answer|"
    r"regex|glob|(?:mod|div|sin|cos|log|lim|max|min)\b)"
)
# «Сук* — боковой побег»: a headword with a footnote.
_HEADWORD = re.compile(r"\s+[—–-]\s+(?!ты\b|вы\b|он\b|она\b|они\b|это ты\b|это вы\b)[а-я]")
_FOOTNOTE = re.compile(r"^[ \t]*\*{1,3} ?[^\W_]", re.MULTILINE)
_LINE_START = re.compile(r"(?:^|\n)\s*(?:[-•]|\d+[.)])?\s*[«\"]?$")


def is_in_formula(text: str, start: int, end: int) -> bool:
    """Return whether the text makes a product of the letters: «S = x*y», «функция x*y»."""
    before, after = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
    if _BEFORE.search(before) or _AFTER.match(after):
        return True
    around = f"{before} {after}"
    return _ANOTHER.search(around) is not None or _SCHOOL.search(around) is not None


def has_operators(masked: str) -> bool:
    """Return whether several signs stand between the letters: «x*e^y»."""
    return len({*_SIGN.findall(masked)}) > 1


def is_footnote(text: str, start: int, end: int) -> bool:
    """Return whether the star after the word refers to a footnote, or marks a headword."""
    word = text[start:end]
    if not word.endswith("*") or not is_common(word.removesuffix("*")):
        return False
    if _has_footnotes(text):
        return True
    is_first = _LINE_START.search(text[max(0, start - _NEAR) : start]) is not None
    return is_first and _HEADWORD.match(text[end : end + _NEAR]) is not None


# A hostile text may have thousands of such words.
@lru_cache(maxsize=16)
def _has_footnotes(text: str) -> bool:
    return _FOOTNOTE.search(text) is not None


def is_among_foreign(text: str, start: int, end: int) -> bool:
    """Return whether the nearest words are Latin, and no Russian ones in Latin letters."""
    before = _WORD.findall(text[max(0, start - _NEAR) : start])[-_NEIGHBOURS:]
    words = [*before, *islice(_WORD.findall(text[end : end + _NEAR]), _NEIGHBOURS)]
    if not words or not all(map(str.isascii, words)):
        return False
    is_mostly_english = 2 * sum(map(is_english, words)) > len(words)
    return is_mostly_english or not any(map(latin.is_surely_russian, words))
