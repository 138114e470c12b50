"""Answers that are right one by one and do not go together."""

from django.utils.translation import gettext_lazy as _

from certificates.fields import FieldKind
from certificates.language.declension import dative_name
from certificates.language.lexicon import (
    Gender,
    gender_of_patronymic,
    gender_of_surname,
    is_given_name,
    is_surname,
)
from certificates.slips.slip import Slip, Typed

_ORDER = (FieldKind.SURNAME, FieldKind.GIVEN_NAME, FieldKind.PATRONYMIC)


def repeated_name(typed: Typed) -> Slip | None:
    twin = FieldKind.GIVEN_NAME if typed.kind is FieldKind.SURNAME else FieldKind.SURNAME
    same = typed.value.casefold() == typed.other(twin).casefold()
    # «Али Али» and «Ким Ким» are people; «Иванова Иванова» is one answer given twice.
    if not same or is_given_name(typed.value):
        return None
    return Slip("repeated_name", _("The surname and the given name are the same word"))


def gender_disagreement(typed: Typed) -> Slip | None:
    gender = gender_of_patronymic(typed.other(FieldKind.PATRONYMIC))
    shown = gender_of_surname(typed.value)
    if gender is None or shown is None or gender is shown:
        return None
    meant = _in_gender(typed.value, gender)
    if not is_surname(meant):
        return None
    return Slip(
        "gender_disagreement",
        _("The surname and the patronymic are of different genders"),
        meant,
    )


def not_dative(typed: Typed) -> Slip | None:
    parts = [typed.other(kind) for kind in _ORDER]
    if typed.value.split() not in (
        [p for p in parts if p],
        [p for p in parts[1:] + parts[:1] if p],
    ):
        return None
    declined = dative_name(parts[0], parts[1], parts[2])
    if declined.text == typed.value:
        return None
    return Slip(
        "not_dative",
        _("The name is wanted in the dative here: to whom the document is given"),
        declined.text,
    )


def _in_gender(surname: str, gender: Gender) -> str:
    if gender is Gender.MALE:
        return surname.removesuffix("ая") + "ий" if surname.endswith("ая") else surname[:-1]
    return surname.removesuffix("ий") + "ая" if surname.endswith("ий") else surname + "а"
