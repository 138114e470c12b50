"""Towns and regions."""

import regex
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from certificates.fields import FieldKind
from certificates.language.lexicon import is_place
from certificates.language.word_lists import listed
from certificates.slips.slip import WORD, Slip, Typed

_SMALL_WITHIN = listed("small_in_places")
_SORTS_OF_PLACE = listed("sorts_of_place")
_CAPITAL_IN_PLACES = listed("capital_in_places")
_VOWEL = regex.compile(r"[АЕЁИОУЫЭЮЯAEIOUY]")
_LONGEST_ABBREVIATION = 5
_SHORTEST_PLACE = 4  # «СПб» is right
_HYPHENATED = regex.compile(
    r"\b(?:(Усть|Нью|Лос|Тель|Баден|Спас|Буэнос|Сан) (\p{Lu}\p{Ll}+)|(Порт) о (Пренс)"
    r"|(Рио) де (Жанейро)|(?:Камень) на (?:Оби)|(Железногорск) (Илимский)"
    r"|(Санкт|Улан|Йошкар|Ханты|Горно|Нарьян|Алма|Наро|Южно|Северо|Соль) "
    r"(Петербург\w*|Удэ|Ола|Мансийск|Алтайск|Мар|Ата|Фоминск|Сахалинск|Курильск|Двинск|Уральск"
    r"|Илецк)"
    r"|(Кабардино|Карачаево|Ямало|Ханты) ((?:Балкар|Черкес|Ненец|Мансий)\w+)"
    r"|(Ростов|Комсомольск|Николаевск|Франкфурт|Славянск)[ -]на[ -](Дону|Амуре|Майне|Кубани)"
    r"|(Петропавловск|Каменск|Ленинск|Переславль|Гусь|Орехово) "
    r"(Камчатский|Уральский|Шахтинский|Кузнецкий|Залесский|Хрустальный|Зуево))\b"
)


_WITHIN_HYPHENS = regex.compile(r"(?<=\p{L}-)(?:На|Над|Под)(?=-\p{L})")
_SMALL_AFTER_HYPHEN = regex.compile(r"(?<=\p{Lu}\p{Ll}+-)\p{Ll}{3,}\b(?!-)")
_INNER_CAPITALS = regex.compile(r"\b(?=\p{L}*\p{Ll})\p{Cyrillic}\p{Cyrillic}*\p{Lu}\p{Cyrillic}*\b")
_ADJECTIVE_AND_NOUN = regex.compile(r"([А-ЯЁ][а-яё]+(?:[иы][йе]|ой|ая|яя|[ое]е)) ([а-яё]{3,})")
_STRAY_SIGNS = regex.compile(r"(?:[,;:!?*_=.]|(?<=\p{Ll})\d)+$")
_SORT_OF_REGION = regex.compile(r"(?<=\p{Ll} )(?:Область|Обл|Край|Район|Округ|Автономный)\b")


def place_in_capitals(typed: Typed) -> Slip | None:
    words = WORD.findall(typed.value)
    if not typed.value.isupper() or not any(_is_place_name(word) for word in words):
        return None
    # «ХМАО — ЮГРА»: only the writer knows what is an abbreviation and what a name.
    is_certain = typed.kind is FieldKind.TOWN or all(
        len(word) > _LONGEST_ABBREVIATION or word.lower() in _SORTS_OF_PLACE for word in words
    )
    correction = _capitalised(typed.value.lower(), typed.kind) if is_certain else None
    return Slip("all_caps", _("Only the first letter of a place name is a capital"), correction)


def place_without_capital(typed: Typed) -> Slip | None:
    correction = _capitalised(typed.value, typed.kind)
    if not typed.value.islower():
        correction = _begun_with_capitals(typed)
    if correction == typed.value:
        return None
    return Slip("no_capital", _("A place name begins with a capital letter"), correction)


def _begun_with_capitals(typed: Typed) -> str:
    """Correct «республика Саха» and «Нижний новгород»."""
    if typed.kind is FieldKind.REGION:
        first = WORD.match(typed.value)
        is_small = first is not None and first[0].islower() and first[0] not in _SORTS_OF_PLACE
        return typed.value[0].upper() + typed.value[1:] if is_small else typed.value
    match = _ADJECTIVE_AND_NOUN.fullmatch(typed.value)
    if match is None or match[2] in _SORTS_OF_PLACE:
        return typed.value
    return f"{match[1]} {match[2].capitalize()}"


def place_with_sign(typed: Typed) -> Slip | None:
    """Find «Тверь.» and «Казань1», but not «Арзамас-16» and «Калужская обл.»."""
    correction = _STRAY_SIGNS.sub("", typed.value)
    last = correction.split()[-1] if correction else ""
    if correction == typed.value or not is_place(last):
        return None
    message = _("There is an extra sign next to the name")
    return Slip("stray_punctuation", message, correction)


def capitals_in_place(typed: Typed) -> Slip | None:
    """Find «Ростов-На-Дону», «Улан-удэ» and «Калужская Область»."""
    correction = _WITHIN_HYPHENS.sub(lambda match: match[0].lower(), typed.value)
    correction = _INNER_CAPITALS.sub(_as_a_place, correction)
    if typed.kind is FieldKind.TOWN:
        correction = _SMALL_AFTER_HYPHEN.sub(_as_within_a_name, correction)
    else:
        correction = _SORT_OF_REGION.sub(lambda match: match[0].lower(), correction)
    if correction == typed.value:
        return None
    return Slip("mixed_case", _("There are capital letters where small ones belong"), correction)


def _as_a_place(match: regex.Match[str]) -> str:
    word: str = match[0]
    return word.capitalize() if len(word) >= _SHORTEST_PLACE and is_place(word) else word


def _as_within_a_name(match: regex.Match[str]) -> str:
    word: str = match[0]
    return word if word in _SMALL_WITHIN else word.capitalize()


def place_without_hyphen(typed: Typed) -> Slip | None:
    match = _HYPHENATED.search(typed.value)
    if match is None:
        return None
    meant = match[0].replace(" ", "-")
    if meant == match[0]:
        return None
    message = format_lazy(_("This name is written with a hyphen: “{name}”"), name=meant)
    return Slip("missing_hyphen", message, typed.value.replace(match[0], meant))


def _is_place_name(word: str) -> bool:
    long = len(word) > _LONGEST_ABBREVIATION
    return long or (_VOWEL.search(word) is not None and is_place(word))


def _capitalised(value: str, kind: FieldKind) -> str:
    first = WORD.search(value)

    def corrected(match: regex.Match[str]) -> str:
        word: str = match[0]
        begins = first is not None and match.start() == first.start()
        if word in _CAPITAL_IN_PLACES:
            return word.capitalize()
        if word in _SORTS_OF_PLACE or (word in _SMALL_WITHIN and not begins):
            return word
        # «Московская область», but «Республика Татарстан».
        if kind is FieldKind.TOWN or begins or is_place(word):
            return word[0].upper() + word[1:]
        return word

    return WORD.sub(corrected, value)
