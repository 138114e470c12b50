from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    SURNAME = "surname"
    GIVEN_NAME = "given_name"
    PATRONYMIC = "patronymic"
    FULL_NAME = "full_name"
    LATIN_NAME = "latin_name"
    DATIVE_NAME = "dative_name"
    POSITION = "position"
    INSTITUTION = "institution"
    TOWN = "town"
    REGION = "region"
    DEGREE = "degree"
    TITLE = "title"
    URL = "url"
    EMAIL = "email"
    DATE = "date"
    NUMBER = "number"
    CHOICE = "choice"
    TEXT = "text"
    CONSENT = "consent"
    FILE = "file"
    CO_AUTHORS = "co_authors"


NAME_PARTS = frozenset({Kind.SURNAME, Kind.GIVEN_NAME, Kind.PATRONYMIC})
NAMES = NAME_PARTS | {Kind.FULL_NAME, Kind.LATIN_NAME, Kind.DATIVE_NAME}
PHRASES = frozenset({Kind.POSITION, Kind.INSTITUTION, Kind.REGION, Kind.DEGREE, Kind.TITLE})

_MAX_LENGTHS = {
    **dict.fromkeys(NAME_PARTS, 100),
    Kind.FULL_NAME: 200,
    Kind.LATIN_NAME: 200,
    Kind.DATIVE_NAME: 200,
    Kind.TOWN: 150,
    Kind.DEGREE: 150,
    Kind.POSITION: 250,
    Kind.REGION: 250,
    Kind.INSTITUTION: 500,
    Kind.TITLE: 500,
    Kind.URL: 2000,
    Kind.EMAIL: 254,
    Kind.DATE: 10,
    Kind.NUMBER: 20,
    Kind.TEXT: 5000,
}


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form.

    `max_length` counts what a reader sees as one character (a grapheme cluster); 0 stands for
    the usual length of the kind. `choices` are the values that a `choice` may take.
    """

    key: str
    kind: Kind
    label_ru: str = ""
    label_en: str = ""
    help_ru: str = ""
    help_en: str = ""
    required: bool = True
    max_length: int = 0
    choices: tuple[str, ...] = ()

    def label_in(self, language: str | None) -> str:
        return (language == "en" and self.label_en) or self.label_ru

    @property
    def longest(self) -> int:
        return self.max_length or _MAX_LENGTHS.get(self.kind, 500)
