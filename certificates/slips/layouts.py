"""Words typed with the other keyboard layout on: «Bdfyjdf» for «Иванова»."""

import regex
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from certificates.language.lexicon import is_known, is_name, is_patronymic, is_russian_surname
from certificates.slips.slip import Slip, Typed
from certificates.slips.transliteration import guessed_russian

_ENGLISH_KEYS = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>"
_RUSSIAN_KEYS = "ёйцукенгшщзхъфывапролджэячсмитьбюЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ"
_TO_RUSSIAN = str.maketrans(_ENGLISH_KEYS, _RUSSIAN_KEYS)
_TO_ENGLISH = str.maketrans(_RUSSIAN_KEYS, _ENGLISH_KEYS)
# The apostrophe is the key of «э», and what normalisation makes of the backtick, the key of «ё».
_TO_RUSSIAN_WITH_YO = _TO_RUSSIAN | {ord("'"): "ё"}

_ENGLISH_TYPED = regex.compile(r"(?i)(?=.*[a-z])[a-z`\[\]{};:'\",.<>~\d№ \-]+")
_RUSSIAN_TYPED = regex.compile(r"(?=.*[А-Яа-яЁё])[А-Яа-яЁё \-]+")
_PARTS = regex.compile(r"[^\s\-]+")
_SIGN_WITHIN = regex.compile(r"(?i)[`\[\]{};:,.<>~][a-z]")
_UNRUSSIAN = regex.compile(r"(?i)^[ьъ]|ы[ьъы]|[аеёиоуэюя][ьъ]|й[ьъ]")
_RUSSIAN_VOWEL = regex.compile(r"(?i)[аеёиоуыэюя]")
_VOWEL = regex.compile(r"(?i)[aeiouy]")
_SPOKEN = regex.compile(r"(?i)(?!.*yy)(?:[^aeiouy]{0,2}[aeiouy]{1,2}[^aeiouy]{0,2})+")
_SHORT = 3
_SHORT_AND_SPOKEN = 5


def wrong_layout(typed: Typed) -> Slip | None:
    meant = _meant(typed)
    if meant is None:
        return None
    message = format_lazy(
        _("This looks like “{meant}” typed with the other keyboard layout on"), meant=meant
    )
    return Slip("wrong_layout", message, meant)


def retyped_as_russian(word: str) -> str | None:
    """A name whose typing began or ended on the other layout: «Иванjdf»."""
    for table in (_TO_RUSSIAN, _TO_RUSSIAN_WITH_YO):
        meant = word.translate(table)
        if _RUSSIAN_TYPED.fullmatch(meant) and is_name(meant):
            return meant
    return None


def retyped_as_english(value: str) -> str:
    return value.translate(_TO_ENGLISH)


def _meant(typed: Typed) -> str | None:
    if typed.is_name and _RUSSIAN_TYPED.fullmatch(typed.value):
        return _meant_in_english(typed.value)
    if typed.is_latin or not _ENGLISH_TYPED.fullmatch(typed.value):
        return None
    fits = _is_meant_name if typed.is_name else _is_meant_word
    for table in (_TO_RUSSIAN, _TO_RUSSIAN_WITH_YO):
        meant = typed.value.translate(table)
        pairs = zip(_PARTS.findall(typed.value), _PARTS.findall(meant), strict=True)
        if all(fits(part, russian) for part, russian in pairs) and _is_worth_saying(meant):
            return meant
    return None


def _is_meant_name(part: str, russian: str) -> bool:
    if len(part) < _SHORT or not _RUSSIAN_TYPED.fullmatch(russian):
        return False
    if is_name(russian):
        # «Jabr» is a name in Arabic as well as «Офик» on the other layout.
        return not _VOWEL.search(part) or not (
            len(part) <= _SHORT or (len(part) <= _SHORT_AND_SPOKEN and _SPOKEN.fullmatch(part))
        )
    unspeakable = _SIGN_WITHIN.search(part) or not _VOWEL.search(part)
    return bool(unspeakable) and (is_russian_surname(russian) or is_patronymic(russian))


def _is_meant_word(part: str, russian: str) -> bool:
    return part.strip("№").isdecimal() or (
        bool(_RUSSIAN_TYPED.fullmatch(russian)) and is_known(russian)
    )


def _is_worth_saying(meant: str) -> bool:
    return max(len(part) for part in _PARTS.findall(meant)) >= _SHORT


def _meant_in_english(value: str) -> str | None:
    meant = value.translate(_TO_ENGLISH)
    pairs = zip(_PARTS.findall(value), _PARTS.findall(meant), strict=True)
    return meant if all(_is_meant_latin_name(part, latin) for part, latin in pairs) else None


def _is_meant_latin_name(part: str, latin: str) -> bool:
    if len(part) <= _SHORT or not latin.isalpha() or is_known(part):
        return False
    # «Сайыына» is a name in Tuva, and «Cfqssyf» is none anywhere.
    strange = _UNRUSSIAN.search(part) or not _RUSSIAN_VOWEL.search(part)
    return is_name(guessed_russian(latin)) or bool(strange and _SPOKEN.fullmatch(latin))
