"""A field of an application form as plain data. What each kind does is in form/kinds.py."""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class FieldKind(StrEnum):
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


# The parts that a full name in Russian consists of. Slip checks compare each with the other two.
NAME_PARTS = frozenset({FieldKind.SURNAME, FieldKind.GIVEN_NAME, FieldKind.PATRONYMIC})


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form.

    `max_length` counts grapheme clusters, which is what a reader sees as one character; 0 means
    the limit of the kind. `choices` are the stored values that a field with a select
    offers; `choices_en` are the same in English and in the same order, or empty.
    """

    key: str
    kind: FieldKind
    label_ru: str = ""
    label_en: str = ""
    help_ru: str = ""
    help_en: str = ""
    required: bool = True
    max_length: int = 0
    choices: tuple[str, ...] = ()
    choices_en: tuple[str, ...] = ()

    def label_in(self, language: str | None) -> str:
        return (language == "en" and self.label_en) or self.label_ru

    def is_labelled_in(self, language: str | None) -> bool:
        return language != "en" or bool(self.label_en)

    def help_in(self, language: str | None) -> str:
        return (language == "en" and self.help_en) or self.help_ru

    def choice_in(self, answer: str, language: str | None) -> str:
        """Return one of the choices in a language; any other text is returned unchanged."""
        names = dict(zip(self.choices, self.choices_en, strict=False)) if language == "en" else {}
        return names.get(answer) or answer

    def choice_meant(self, text: str) -> str:
        """Return the choice that a text names in either language; any other text stays."""
        if text in self.choices:
            return text
        meant = {
            name.casefold(): choice
            for names in (self.choices_en, self.choices)
            for name, choice in zip(names, self.choices, strict=False)
        }
        return meant.get(text.casefold(), text)


def fields_from_json(stored: Iterable[Mapping[str, Any]]) -> tuple[Field, ...]:
    return tuple(
        Field(
            **{
                **field,
                "kind": FieldKind(field["kind"]),
                "choices": tuple(field.get("choices", ())),
                "choices_en": tuple(field.get("choices_en", ())),
            }
        )
        for field in stored
    )


def fields_to_json(fields: Iterable[Field]) -> list[dict[str, Any]]:
    """Return what `FormVersion.questions` stores: empty texts and lists are left out."""
    return [
        {name: value for name, value in dataclasses.asdict(field).items() if value not in ("", ())}
        for field in fields
    ]
