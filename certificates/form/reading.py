"""The questions of a form, and a person's answers read against them."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from django.utils.translation import gettext_lazy as _

from certificates.fields import Field, Kind
from certificates.form.answers import REQUIRED, Refusal, digest, read_answer
from certificates.slips import find_slips, find_slips_in_answers
from certificates.slips.slip import Slip

Answers: TypeAlias = Mapping[str, str]
Kept: TypeAlias = Sequence[Sequence[str]]

YES = "yes"
# A question with this code, where a form has it, chooses the language of the document.
LANGUAGE_KEY = "document_language"
LANGUAGES = {"русский": "ru", "английский": "en"}
_MOST_CO_AUTHORS = 20
_TOO_MANY_NAMES = Refusal("too_many_names", _("At most twenty people can be named"))
_NAME_NOT_WHOLE = Refusal(
    "name_not_whole", _("Write one person a line: surname, given name, patronymic")
)
_NONE_SUFFIX = "_none"
_LONGEST_STORED = 20_000
_MARK = 12  # letters: two answers of one person are hardly alike in them


def none_key(field: Field) -> str:
    """The answer that says there is nothing to write: a person without a patronymic."""
    return field.key + _NONE_SUFFIX


def file_answer(digest: str, name: str) -> str:
    """The answer that a file is: it names the very content, so what was confirmed is proved."""
    return f"{digest}/{name}"


def file_name(answer: str) -> str:
    return answer.partition("/")[2]


def mark(field: Field, answers: Answers) -> str:
    """Differs wherever the answers to this question differ: what a window has seen of it."""
    return digest({key: answers.get(key, "") for key in keys([field])})[:_MARK]


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


def ask_for_files(fields: Iterable[Field]) -> bool:
    return any(field.kind is Kind.FILE for field in fields)


def storable(typed: str) -> str:
    """What PostgreSQL can hold as JSON: no NUL and no half of a surrogate pair."""
    return typed[:_LONGEST_STORED].replace("\0", "").encode(errors="ignore").decode()


def typed_keys(fields: Iterable[Field]) -> list[str]:
    """Those that a person answers in words; a file becomes an answer by being attached."""
    return keys(field for field in fields if field.kind is not Kind.FILE)


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
    found = [
        *find_slips_in_answers(_worth_a_look(fields, refusals), answers),
        *_slips_in_names(fields, answers),
    ]
    for slip in found:
        if [slip.field, slip.code, answers[slip.field]] not in kept:
            slips[slip.field] = (*slips.get(slip.field, ()), slip)
    return Reading(answers, refusals, slips)


def _slips_in_names(fields: Sequence[Field], answers: Answers) -> Iterator[Slip]:
    """Of each co-author; a correction is the whole answer with that line mended."""
    for field in fields:
        if field.kind is not Kind.CO_AUTHORS:
            continue
        lines = answers[field.key].splitlines()
        for at, line in enumerate(lines):
            for slip in find_slips(Kind.FULL_NAME, line):
                mended = slip.correction and "\n".join(
                    [*lines[:at], slip.correction, *lines[at + 1 :]]
                )
                yield replace(slip, field=field.key, correction=mended)


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
    if field.kind is Kind.CO_AUTHORS:
        return _read_names(field, typed.get(field.key, ""))
    if field.kind is Kind.FILE:
        given = typed.get(field.key, "")
        return given, () if given or not field.required else (REQUIRED,)
    answer = read_answer(field, typed.get(field.key, ""))
    return answer.value, answer.refusals


def _read_names(field: Field, typed: str) -> tuple[str, tuple[Refusal, ...]]:
    """One full name a line."""
    one = replace(field, kind=Kind.FULL_NAME, required=False)
    lines = typed.splitlines()
    if len(lines) > _MOST_CO_AUTHORS:
        return typed, (_TOO_MANY_NAMES,)
    read = [read_answer(one, line) for line in lines]
    names = [answer.value for answer in read if answer.value]
    refusals = dict.fromkeys(refusal for answer in read for refusal in answer.refusals)
    if any(" " not in name for name in names):
        refusals[_NAME_NOT_WHOLE] = None
    if field.required and not names:
        refusals[REQUIRED] = None
    return "\n".join(names), tuple(refusals)


def first_of(fields: Iterable[Field], answers: Answers, kind: Kind) -> str:
    """The answer to the first question of a kind, or nothing."""
    return next((answers.get(field.key, "") for field in fields if field.kind is kind), "")


def all_of(fields: Iterable[Field], answers: Answers, kind: Kind) -> list[str]:
    given = (answers.get(field.key, "") for field in fields if field.kind is kind)
    return [answer for answer in given if answer]


def co_authors(fields: Iterable[Field], answers: Answers) -> list[str]:
    lines = first_of(fields, answers, Kind.CO_AUTHORS).splitlines()
    return list(dict.fromkeys(lines))


def in_the_name_of(fields: Iterable[Field], answers: Answers, full_name: str) -> dict[str, str]:
    """The same answers for a co-author: «Фамилия Имя Отчество» in place of the applicant's name."""
    surname, _space, rest = full_name.partition(" ")
    given_name, _space, patronymic = rest.partition(" ")
    parts = {
        Kind.SURNAME: surname,
        Kind.GIVEN_NAME: given_name,
        Kind.PATRONYMIC: patronymic,
        Kind.FULL_NAME: full_name,
        Kind.LATIN_NAME: "",
        Kind.DATIVE_NAME: "",
        Kind.CO_AUTHORS: "",
    }
    own = dict(answers)
    for field in fields:
        if field.kind in parts:
            own[field.key] = parts[field.kind]
        if field.kind is Kind.PATRONYMIC:
            own[none_key(field)] = "" if patronymic else YES
    return own


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
