"""The questions of a form, and a person's answers read against them."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from certificates.answers import REQUIRED, Refusal, read_answer
from certificates.fields import Field, Kind
from certificates.guards import find_slips_in_answers
from certificates.guards.slips import Slip

Answers: TypeAlias = Mapping[str, str]
Kept: TypeAlias = Sequence[Sequence[str]]

YES = "yes"
_NONE_SUFFIX = "_none"


def none_key(field: Field) -> str:
    """The answer that says there is nothing to write: a person without a patronymic."""
    return field.key + _NONE_SUFFIX


def load(stored: Iterable[Mapping[str, Any]]) -> tuple[Field, ...]:
    return tuple(
        Field(
            **{
                **question,
                "kind": Kind(question["kind"]),
                "choices": tuple(question.get("choices", ())),
            }
        )
        for question in stored
    )


def dump(fields: Iterable[Field]) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in dataclasses.asdict(field).items() if value not in ("", ())}
        for field in fields
    ]


@dataclass(frozen=True, slots=True)
class Reading:
    """Answers as they will be stored, and by key what stands in the way of confirming them."""

    answers: Answers
    refusals: Mapping[str, tuple[Refusal, ...]]
    slips: Mapping[str, tuple[Slip, ...]]

    @property
    def may_be_confirmed(self) -> bool:
        return not self.refusals and not self.slips


def keys(fields: Iterable[Field]) -> list[str]:
    return [
        key
        for field in fields
        for key in ((field.key, none_key(field)) if field.kind is Kind.PATRONYMIC else (field.key,))
    ]


def read(fields: Sequence[Field], typed: Answers, kept: Kept = ()) -> Reading:
    """`kept` are the slips that the person has looked at and left: they are not found again."""
    answers: dict[str, str] = {}
    refusals: dict[str, tuple[Refusal, ...]] = {}
    for field in fields:
        value, refused = _read_one(field, typed, answers)
        answers[field.key] = value
        if refused:
            refusals[field.key] = refused
    slips: dict[str, tuple[Slip, ...]] = {}
    for slip in find_slips_in_answers(_worth_a_look(fields, refusals), answers):
        if [slip.field, slip.code, answers[slip.field]] not in kept:
            slips[slip.field] = (*slips.get(slip.field, ()), slip)
    return Reading(answers, refusals, slips)


def _worth_a_look(
    fields: Iterable[Field], refusals: Mapping[str, tuple[Refusal, ...]]
) -> list[Field]:
    """A text that is far too long is to be shortened first, whatever else is in it."""
    return [
        field
        for field in fields
        if not any(refusal.code == "too_long" for refusal in refusals.get(field.key, ()))
    ]


def _read_one(
    field: Field, typed: Answers, answers: dict[str, str]
) -> tuple[str, tuple[Refusal, ...]]:
    if field.kind is Kind.PATRONYMIC and typed.get(none_key(field)) == YES:
        answers[none_key(field)] = YES
        return "", ()
    if field.kind is Kind.CONSENT:
        agreed = typed.get(field.key) == YES
        return YES if agreed else "", () if agreed or not field.required else (REQUIRED,)
    answer = read_answer(field, typed.get(field.key, ""))
    return answer.value, answer.refusals


def first_of(fields: Iterable[Field], answers: Answers, kind: Kind) -> str:
    """The answer to the first question of a kind, or nothing."""
    return next((answers.get(field.key, "") for field in fields if field.kind is kind), "")


def holder_name(fields: Sequence[Field], answers: Answers) -> str:
    parts = [
        first_of(fields, answers, kind) for kind in (Kind.SURNAME, Kind.GIVEN_NAME, Kind.PATRONYMIC)
    ]
    return " ".join(filter(None, parts)) or first_of(fields, answers, Kind.FULL_NAME)


def corrected(fields: Sequence[Field], answers: Answers, question: str, code: str) -> Answers:
    """With the correction that is offered for this slip of this question, if it is still there."""
    found = read(fields, answers).slips.get(question, ())
    slip = next((slip for slip in found if slip.code == code), None)
    if slip is None:
        return answers
    by_kind = {field.kind: field.key for field in reversed(fields)}
    moves = {by_kind[kind]: value for kind, value in slip.moves if kind in by_kind}
    if slip.correction is not None:
        moves[question] = slip.correction
    if slip.correction == "" and by_kind.get(Kind.PATRONYMIC) == question:
        moves[question + _NONE_SUFFIX] = YES
    return {**answers, **moves}
