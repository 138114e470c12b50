"""Find the slips of one answer, and of all answers to a form."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from certificates.fields import NAME_PARTS, Field, FieldKind
from certificates.form.kinds import KINDS, normalise
from certificates.slips import run_checks
from certificates.slips.slip import Slip, Typed

_NO_OTHERS: Mapping[FieldKind, str] = {}


def find_slips(
    kind: FieldKind, value: str, others: Mapping[FieldKind, str] = _NO_OTHERS
) -> tuple[Slip, ...]:
    """Return the likely mistakes in one answer, the most important first.

    `others` are the same person's other answers, by kind.
    """
    normalised = {other: normalise(other, text) for other, text in others.items()}
    spec = KINDS[kind]
    typed = Typed(kind, value, normalised, is_name=spec.is_name, is_latin=spec.is_latin)
    return run_checks(spec.slips, typed, partial(normalise, kind))


def find_slips_in_answers(fields: Sequence[Field], answers: Mapping[str, str]) -> tuple[Slip, ...]:
    """Return the slips of a whole form, each with the key of its field.

    Where a form has two fields of one kind, the first one is the applicant's. All fields of a
    person are checked against that person's surname, given name and patronymic.
    """
    # `setdefault` keeps the first field of each kind.
    person: dict[FieldKind, str] = {}
    for field in fields:
        person.setdefault(field.kind, answers.get(field.key, ""))
    name = {kind: person[kind] for kind in NAME_PARTS if kind in person}
    return tuple(
        replace(slip, field=field.key)
        for field in fields
        for slip in find_slips(field.kind, answers.get(field.key, ""), name)
    )
