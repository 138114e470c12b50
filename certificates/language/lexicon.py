"""Look up Russian words in the dictionary of pymorphy3, and recognise names by their endings.

Upper and lower case make no difference to these functions.
"""

import functools
from enum import StrEnum

import pymorphy3
import regex
from pymorphy3.analyzer import Parse

from certificates.language.word_lists import listed
from core.word_cache import word_cache


class Gender(StrEnum):
    FEMALE = "female"
    MALE = "male"


_PATRONYMIC = regex.compile(
    r".{2,}(?:[ое]вич|[ое]вна|ьич|еич|инична|[кмв]ична)|(?:иль|кузьм|фом|лук|никит)ич"
)
_SON_OF = "(?:оглы|оглу|огли|угли|ўғли|уулу|улы|ұлы)"
_DAUGHTER_OF = "(?:кызы|гызы|кизи|қизи|қызы)"
_PATRONYMIC_OF_SON = regex.compile(
    rf"(?:\S.*[ -])?{_SON_OF}|.{{3,}}(?:улы|ұлы|оглы)|.{{2,}}(?:ович|евич|ич)"
)
_PATRONYMIC_OF_DAUGHTER = regex.compile(
    rf"(?:\S.*[ -])?{_DAUGHTER_OF}|.{{3,}}(?:кызы|қызы)|.{{2,}}(?:овна|евна|ична)"
)
_SHAPED_BY_GENDER = (
    (Gender.MALE, regex.compile(r".{2,}[ое]в|.{3,}[сц]кий")),
    (Gender.FEMALE, regex.compile(r".{2,}[ое]ва|.{3,}[сц]кая")),
)
_ONLY_GIVEN_NAMES = listed("only_given_names")
_COMMON_GIVEN_NAMES = frozenset(name.replace("ё", "е") for name in listed("common_given_names"))
_RUSSIAN_WORD = regex.compile(r"[а-яё]+(?:-[а-яё]+)*")
_RUSSIAN_SURNAME = regex.compile(r".{2,}(?:[оеё]ва?|[иы]на?|[сц]кий|[сц]кая|ской|енко)")


@functools.cache
def _dictionary() -> pymorphy3.MorphAnalyzer:
    # Loading the dictionaries is slow, so a process does it once, and only if it needs them.
    return pymorphy3.MorphAnalyzer()


# One name is looked up by many checks, and again with every keystroke in the form.
@word_cache(4096)
def _known(word: str) -> tuple[Parse, ...]:
    # pymorphy3 raises an error on characters without a Unicode name, and knows only Russian words.
    if not _RUSSIAN_WORD.fullmatch(word.lower()):
        return ()
    # pymorphy3 also guesses unknown words by their endings, which would make every slip a known
    # word.
    return tuple(parse for parse in _dictionary().parse(word.lower()) if parse.is_known)


def _is_nominative(word: str, grammeme: str) -> bool:
    return any(
        {grammeme, "nomn", "sing"} in parse.tag and "Abbr" not in parse.tag
        for parse in _known(word)
    )


def is_known(word: str) -> bool:
    return bool(_known(word))


def is_common_word(word: str) -> bool:
    """Tell ordinary words in the nominative from names of people and places."""
    return any(
        "nomn" in parse.tag
        and {"Name", "Surn", "Patr", "Geox", "Abbr"}.isdisjoint(parse.tag.grammemes)
        for parse in _known(word)
    ) and not is_given_name(word)


def is_place(word: str) -> bool:
    return any("Geox" in parse.tag for parse in _known(word))


def is_given_name(word: str) -> bool:
    return _is_nominative(word, "Name")


def is_surname(word: str) -> bool:
    return _is_nominative(word, "Surn")


def is_name(word: str) -> bool:
    """Look the word up as a part of a name; its ending alone does not count."""
    return any(_is_nominative(word, grammeme) for grammeme in ("Name", "Surn", "Patr"))


def is_only_a_given_name(word: str) -> bool:
    return word.lower() in _ONLY_GIVEN_NAMES


def is_common_given_name(word: str) -> bool:
    # «Петр» and «Артем» are written as often as «Пётр» and «Артём».
    return word.lower().replace("ё", "е") in _COMMON_GIVEN_NAMES


def is_feminine_given_name(word: str) -> bool:
    """Return whether the word is a woman's name and no man's: not «Саша»."""
    return _genders_of_given_name(word) == {Gender.FEMALE}


def is_patronymic(word: str) -> bool:
    """Recognise a patronymic by its Russian ending, or two words like «Гасан оглы»."""
    lower = word.lower()
    return (
        _PATRONYMIC.fullmatch(lower) is not None
        or is_patronymic_in_two_words(lower)
        or _is_nominative(word, "Patr")
    )


def is_patronymic_in_two_words(text: str) -> bool:
    return regex.fullmatch(rf"\S.*[ -](?:{_SON_OF}|{_DAUGHTER_OF})", text.lower()) is not None


def is_feminine_patronymic(word: str) -> bool:
    return any({"Patr", "femn", "nomn"} in parse.tag for parse in _known(word))


def is_russian_surname(word: str) -> bool:
    """Recognise a surname by its ending, unless it is a given name like «Лев» or «Марина»."""
    return _RUSSIAN_SURNAME.fullmatch(word.lower()) is not None and not is_given_name(word)


def gender_of_patronymic(patronymic: str) -> Gender | None:
    lower = patronymic.lower()
    if _PATRONYMIC_OF_SON.fullmatch(lower):
        return Gender.MALE
    return Gender.FEMALE if _PATRONYMIC_OF_DAUGHTER.fullmatch(lower) else None


def gender_of_name(surname: str, given_name: str) -> Gender | None:
    """Tell the gender of a person without a patronymic; None if the name leaves a doubt.

    «Саша» and «Мишель» are names of men and of women, and a surname alone may be misspelt.
    """
    genders = _genders_of_given_name(given_name)
    if len(genders) != 1:
        return None
    [gender] = genders
    shown = gender_of_surname(surname)
    is_certain = gender is shown or (shown is None and is_common_given_name(given_name))
    return gender if is_certain else None


def _genders_of_given_name(word: str) -> set[Gender]:
    tags = [parse.tag for parse in _known(word) if {"Name", "nomn", "sing"} in parse.tag]
    return {
        gender
        for tag in tags
        for gender, grammeme in ((Gender.MALE, "masc"), (Gender.FEMALE, "femn"))
        # «ms-f» marks the names that both have.
        if grammeme in tag or "ms-f" in tag
    }


def gender_of_surname(surname: str) -> Gender | None:
    """Tell the gender from the commonest endings; «Сова» and «Пушкин» say nothing certain."""
    shaped = (gender for gender, shape in _SHAPED_BY_GENDER if shape.fullmatch(surname.lower()))
    return next(shaped, None)
