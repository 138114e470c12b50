"""Names in the dative, for documents that say who gets them: «выдано Ивановой Марии»."""

import functools
from dataclasses import dataclass

import regex
from pytrovich.enums import Case, NamePart
from pytrovich.enums import Gender as PytrovichGender
from pytrovich.maker import PetrovichDeclinationMaker

from certificates.language.lexicon import Gender, gender_of_patronymic, is_patronymic_in_two_words

_GENDERS = {Gender.FEMALE: PytrovichGender.FEMALE, Gender.MALE: PytrovichGender.MALE}
_CYRILLIC = regex.compile(r"[\p{Cyrillic}\p{M} '’ʼ().\-]+")
_LAST_WORD = regex.compile(r"[^ ]+$")


@dataclass(frozen=True, slots=True)
class DativeName:
    """`text` is None if the gender is unclear: the form then offers both forms to choose from."""

    text: str | None
    gender: Gender | None


def dative_name(
    surname: str, given_name: str, patronymic: str = "", gender: Gender | None = None
) -> DativeName:
    """Decline a name: «Ивановой Марии Петровне». A name in Latin letters is not declined.

    Only a patronymic tells the gender: «Саша Черных» may be a woman or a man.
    """
    gender = gender or gender_of_patronymic(patronymic)
    parts = {
        NamePart.LASTNAME: surname,
        NamePart.FIRSTNAME: given_name,
        NamePart.MIDDLENAME: patronymic,
    }
    whole = " ".join(filter(None, parts.values()))
    if not _CYRILLIC.fullmatch(whole):
        return DativeName(whole, gender)
    if gender is None:
        return DativeName(None, None)
    declined = (_declined(part, word, gender) for part, word in parts.items() if word)
    return DativeName(" ".join(declined), gender)


def _declined(part: NamePart, word: str, gender: Gender) -> str:
    # «Гасан оглы» is not declined in Russian.
    if part is NamePart.MIDDLENAME and is_patronymic_in_two_words(word):
        return word

    def in_dative(match: regex.Match[str]) -> str:
        return str(_maker().make(part, _GENDERS[gender], Case.DATIVE, match[0]))

    # Only the last word: the particle of «фон Берг» is not declined.
    if part is NamePart.LASTNAME:
        return str(_LAST_WORD.sub(in_dative, word))
    return " ".join(str(regex.sub(r"\S+", in_dative, word)).split())


# The rules are read from a file, so the maker is made once and only when it is needed.
@functools.cache
def _maker() -> PetrovichDeclinationMaker:
    return PetrovichDeclinationMaker()
