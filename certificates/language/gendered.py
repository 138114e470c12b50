"""Choose the gender in a text that leaves it open: «опубликовал(а)»."""

from collections.abc import Mapping

import regex

from certificates.language.lexicon import Gender

PRONOUNS: Mapping[Gender | None, str] = {
    Gender.FEMALE: "она",
    Gender.MALE: "он",
    None: "он(а)",
}
_WHOLE_NAME = 3  # surname, given name, patronymic

# What stands open in the text, and its masculine and feminine. The order matters: the first that
# fits a word is used.
_OPEN: tuple[tuple[regex.Pattern[str], str, str], ...] = tuple(
    (regex.compile(rf"\b{pattern}"), male, female)
    for pattern, male, female in (
        # «опубликовал(опубликовала)», «опубликовал/опубликовала»
        (r"(\w+?[лнт])(?:\((\1а)\)|\s?/\s?(\1а)\b)", r"\1", r"\1а"),
        # «прошёл(шла)», «прошёл (прошла)»
        (r"(\w*)ш[её]л ?(?:\(-?\w*шла\)|/\w*шла\b)", r"\1шёл", r"\1шла"),
        # «ознакомился(ась)», «ознакомился(лась)»
        (r"(\w+)лся ?(?:\(-?л?ась\)|/-?л?ась\b)", r"\1лся", r"\1лась"),
        # «награждён(а)»
        (r"(\w+)ён ?(?:\(-?а\)|/-?а\b)", r"\1ён", r"\1ена"),
        # «опубликовал(а)», «удостоен(-а)», «занял/а», «он(а)»
        (r"(\w*[лнт])(?: ?\(-?а\)|/-?а\b)", r"\1", r"\1а"),
        # «занявший(ая)», «удостоенный(-ая)», «обучающийся(аяся)»
        (r"(\w+)([иы]й|ой) ?(?:\(-?ая\)|/-?ая\b)", r"\1\2", r"\1ая"),
        (r"(\w+)ийся ?(?:\(-?аяся\)|/-?аяся\b)", r"\1ийся", r"\1аяся"),
        # «участник(ца)», «победитель(ница)», «лауреат(ка)»
        (r"(\w+ни)к ?(?:\(-?(?:ни)?ца\)|/-?(?:ни)?ца\b)", r"\1к", r"\1ца"),
        (r"(\w+тель) ?(?:\(-?ница\)|/-?ница\b)", r"\1", r"\1ница"),
        (r"(\w+) ?(?:\(-?ка\)|/-?ка\b)", r"\1", r"\1ка"),
    )
)


def in_gender(text: str, gender: Gender | None) -> str:
    """Return the text with every open gender chosen, or unchanged if the gender is not known."""
    if gender is None:
        return text
    for pattern, male, female in _OPEN:
        text = pattern.sub(female if gender is Gender.FEMALE else male, text)
    return text


def patronymic_in(full_name: str) -> str:
    """Return the patronymic of «Фамилия Имя Отчество», or an empty text."""
    words = full_name.split(maxsplit=_WHOLE_NAME - 1)
    return words[-1] if len(words) == _WHOLE_NAME else ""
