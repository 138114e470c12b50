"""Signs, digits and initials where a name has letters; hyphens and names that are missing."""

import regex
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from certificates.language.lexicon import is_common_word, is_given_name, is_name, is_russian_surname
from certificates.language.word_lists import listed
from certificates.slips.slip import Slip, Typed

_INITIALS = regex.compile(
    r"(?:[А-ЯЁ]\p{Ll}+ )?(?:\p{Lu}\.[ -]?)+\p{Lu}?|[БВГДЖЗКЛМНПРСТФХЦЧШЩ]|\p{Lu}\p{Lu}?\."
    r"|[А-ЯЁ][а-яё]{1,2}\."
)
_NO_PATRONYMIC = regex.compile(
    r"(?i)[-_./]+|0+|нету?(?: отчества| данных)?|без отч(?:\.|ества)|отсутствует|не имею|не имеется"
    r"|не указан[оы]?|не было|прочерк|отс\.?|б ?[./] ?о\.?|н ?[./] ?д\.?|no|none|n/a|null"
)
# A full stop may end an abbreviation: «Smith Jr.», «Петров мл.».
_EDGES = regex.compile(
    r"^[^\p{L}\p{M}\d('’ʼ‘]+|(?:[^\p{L}\p{M}\d).'’ʼ‘]|(?<=[\p{Cyrillic}\p{Latin}]{3})\.+)+$"
)
_QUOTED = regex.compile(r"^['’ʼ‘](.+)['’ʼ‘]$")
_LETTER = regex.compile(r"\p{L}")
_WITHIN = regex.compile(r"[^\p{L}\p{M}\d '’ʼ‘.,()\-\u200c\u200d]")
_DIGIT = regex.compile(r"\d")
_EDGE_DIGITS = regex.compile(r"^[\d \-]+|[\d \-]+$")
_DIGITS_AS_LETTERS = str.maketrans({"0": "о", "3": "з", "6": "б", "4": "ч"})
_TWO_GIVEN_NAMES = regex.compile(r"(\p{Lu}\p{Ll}+)(\p{Lu}\p{Ll}+)")
_TWO_WORDS = regex.compile(r"(\p{Lu}\p{Ll}+) ?(\p{Lu}\p{Ll}+(?:-\p{Lu}\p{Ll}+)?)")
_FIRST_HALVES = listed("first_halves")
_BEHIND_A_SURNAME = listed("behind_a_surname")


def initials(typed: Typed) -> Slip | None:
    if not _INITIALS.fullmatch(typed.value):
        return None
    return Slip("initials", _("The document needs the name in full, not its initials"))


def no_patronymic(typed: Typed) -> Slip | None:
    if not _NO_PATRONYMIC.fullmatch(typed.value):
        return None
    message = _("This would be printed as the patronymic: leave the field empty if there is none")
    return Slip("no_patronymic", message, "")


def digit_in_name(typed: Typed) -> Slip | None:
    if not _DIGIT.search(typed.value):
        return None
    meant = typed.value.lower().translate(_DIGITS_AS_LETTERS)
    correction = meant.capitalize() if is_name(meant) else _EDGE_DIGITS.sub("", typed.value)
    message = _("There is a digit in the name")
    is_certain = correction and not _DIGIT.search(correction)
    return Slip("digit_in_name", message, correction if is_certain else None)


def space_within(typed: Typed) -> Slip | None:
    halves = typed.value.split()
    joined = "".join(halves)
    spaced = len(halves) > len(("О", "Ён", "И")) and max(map(len, halves)) == 1
    if spaced and is_name(joined):
        return Slip("space_within", _("Spaces have got into the name"), joined.capitalize())
    if len(halves) != len(("Ива", "нова")) or not joined.istitle() or not is_name(joined):
        return None
    return Slip("space_within", _("A space has got into the name"), joined)


def stray_punctuation(typed: Typed) -> Slip | None:
    correction = _QUOTED.sub(r"\1", _EDGES.sub("", typed.value))
    if correction == typed.value or not correction:
        return None
    return Slip("stray_punctuation", _("There is an extra sign next to the name"), correction)


def unexpected_character(typed: Typed) -> Slip | None:
    match = _WITHIN.search(typed.value)
    if match is None and typed.value and not _LETTER.search(typed.value):
        match = regex.match(r"\D", typed.value)
    if match is None:
        return None
    message = format_lazy(_("Names are not written with “{sign}”"), sign=match[0])
    return Slip("unexpected_character", message)


def missing_hyphen(typed: Typed) -> Slip | None:
    """The law has a double surname written with a hyphen: «Салтыков-Щедрин»."""
    match = _TWO_WORDS.fullmatch(typed.value)
    if match is None:
        return None
    one, two = match.groups()
    of_one_gender = one.endswith(("а", "я")) == two.endswith(("а", "я"))
    both = is_russian_surname(one) and is_russian_surname(two) and of_one_gender
    if not both and one not in _FIRST_HALVES and not _is_nickname(one, two):
        return None
    return Slip("missing_hyphen", _("A double surname is written with a hyphen"), f"{one}-{two}")


def _is_nickname(surname: str, word: str) -> bool:
    """Recognise a pen name behind a surname, an ordinary word: «Соловьёв Седой»."""
    return (
        is_russian_surname(surname)
        and surname.endswith(("ов", "ев", "ёв", "ин"))
        and word.lower() not in _BEHIND_A_SURNAME
        and is_common_word(word)
    )


def merged_words(typed: Typed) -> Slip | None:
    match = _TWO_GIVEN_NAMES.fullmatch(typed.value)
    if match is None or not all(map(is_given_name, match.groups())):
        return None
    return Slip("merged_words", _("Two names have run together: divide them"))
