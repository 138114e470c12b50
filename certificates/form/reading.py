"""Read the answers to a form: what is stored, which answers have errors, which have slips."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from certificates.fields import Field, FieldKind
from certificates.form.answers import digest, read_answer
from certificates.form.errors import FieldError
from certificates.form.kinds import YES, Control, is_file, required_error, spec_of
from certificates.form.slip_search import find_slips, find_slips_in_answers
from certificates.slips.slip import Slip

Answers: TypeAlias = Mapping[str, str]
# Each is [key of the field, code of the slip, answer at that time].
DismissedSlips: TypeAlias = Sequence[Sequence[str]]

# If a form has a field with this key, its answer chooses the language of the document.
LANGUAGE_KEY = "document_language"
LANGUAGES = {"русский": "ru", "английский": "en"}
_MOST_CO_AUTHORS = 20
_TOO_MANY_NAMES = FieldError("too_many_names", _("At most twenty people can be named"))
_NAME_NOT_WHOLE = FieldError(
    "name_not_whole", _("Write one person a line: surname, given name, patronymic")
)
_NONE_SUFFIX = "_none"
# Drafts keep what does not fit yet, so that nothing typed is lost; this bounds the row.
_LONGEST_STORED = 20_000
# 48 bits: enough to tell apart the few answers that one person gives to one question.
_TOKEN_LENGTH = 12


def none_key(field: Field) -> str:
    """Return the key of the tick «no patronymic», which lets the field be empty."""
    return field.key + _NONE_SUFFIX


def file_answer(digest: str, name: str) -> str:
    """Return the answer for an attached file.

    It has the digest of the content, so the digest of a confirmation proves the content, too.
    """
    return f"{digest}/{name}"


def file_name(answer: str) -> str:
    return answer.partition("/")[2]


def in_words(field: Field, answers: Answers) -> str:
    """Return the answer as people read it, in the active language: a tick is «yes»."""
    answer = answers.get(field.key, "")
    if is_file(field):
        return file_name(answer)
    if spec_of(field).control is Control.CHECKBOX:
        return gettext("yes") if answer == YES else ""
    return field.choice_in(answer, get_language())


def version_token(field: Field, answers: Answers) -> str:
    """Return a token of the answer to `field`: it differs wherever the answers differ.

    A tab sends it back to say which answer it has shown.
    """
    return digest({key: answers.get(key, "") for key in keys([field])})[:_TOKEN_LENGTH]


@dataclass(frozen=True, slots=True)
class Reading:
    """Answers as they will be stored; by key, the errors and slips that prevent confirming them."""

    answers: Answers
    errors: Mapping[str, tuple[FieldError, ...]]
    slips: Mapping[str, tuple[Slip, ...]]

    @property
    def can_be_confirmed(self) -> bool:
        return not self.errors and not self.slips


def keys(fields: Iterable[Field]) -> list[str]:
    return [
        key
        for field in fields
        for key in (
            (field.key, none_key(field)) if field.kind is FieldKind.PATRONYMIC else (field.key,)
        )
    ]


def has_file_fields(fields: Iterable[Field]) -> bool:
    return any(map(is_file, fields))


def storable(typed: str) -> str:
    """Drop what PostgreSQL cannot hold as JSON: NUL and the halves of surrogate pairs."""
    return typed[:_LONGEST_STORED].replace("\0", "").encode(errors="ignore").decode()


def typed_keys(fields: Iterable[Field]) -> list[str]:
    """Return the keys that a request may answer; a file is answered by attaching it."""
    return keys(field for field in fields if not is_file(field))


def read(fields: Sequence[Field], typed: Answers, dismissed: DismissedSlips = ()) -> Reading:
    """Check the answers. Slips in `dismissed` are left out while their answer is the same."""
    answers: dict[str, str] = {}
    errors: dict[str, tuple[FieldError, ...]] = {}
    for field in fields:
        answers[field.key], field_errors = _read_one(field, typed, answers)
        if field_errors:
            errors[field.key] = field_errors
    slips: dict[str, tuple[Slip, ...]] = {}
    for slip in (
        *find_slips_in_answers(_without_too_long(fields, errors), answers),
        *_slips_in_co_authors(fields, answers),
    ):
        if [slip.field, slip.code, answers[slip.field]] not in dismissed:
            slips[slip.field] = (*slips.get(slip.field, ()), slip)
    return Reading(answers, errors, slips)


def with_dismissed(
    fields: Sequence[Field],
    answers: Answers,
    dismissed: DismissedSlips,
    question: str,
    code: str,
) -> DismissedSlips | None:
    """Return `dismissed` with one slip more, or None if the answer has no such slip."""
    added = [question, code, answers.get(question, "")]
    if added in dismissed:
        return dismissed
    slips = read(fields, answers).slips.get(question, ())
    return [*dismissed, added] if any(slip.code == code for slip in slips) else None


def _slips_in_co_authors(fields: Sequence[Field], answers: Answers) -> Iterator[Slip]:
    """Yield the slips of each line. A correction is the whole answer with that line corrected."""
    for field in fields:
        if field.kind is not FieldKind.CO_AUTHORS:
            continue
        lines = answers[field.key].splitlines()
        for at, line in enumerate(lines):
            for slip in find_slips(FieldKind.FULL_NAME, line):
                mended = slip.correction and "\n".join(
                    [*lines[:at], slip.correction, *lines[at + 1 :]]
                )
                yield replace(slip, field=field.key, correction=mended)


def _without_too_long(
    fields: Iterable[Field], errors: Mapping[str, tuple[FieldError, ...]]
) -> list[Field]:
    """A text that is too long is going to be rewritten, so its slips are of no use."""
    return [
        field
        for field in fields
        if not any(error.code == "too_long" for error in errors.get(field.key, ()))
    ]


def _read_one(
    field: Field, typed: Answers, answers: dict[str, str]
) -> tuple[str, tuple[FieldError, ...]]:
    if field.kind is FieldKind.PATRONYMIC and typed.get(none_key(field)) == YES:
        answers[none_key(field)] = YES
        return "", ()
    value = typed.get(field.key, "")
    control = spec_of(field).control
    if control is Control.CHECKBOX:
        value = YES if value == YES else ""
    # A tick and a file are not text: there is nothing to normalise, and no slip to find.
    if control in {Control.CHECKBOX, Control.FILE}:
        return value, () if value or not field.required else (required_error(field),)
    if field.kind is FieldKind.CO_AUTHORS:
        return _read_co_authors(field, value)
    answer = read_answer(field, value)
    return answer.value, answer.errors


def _read_co_authors(field: Field, typed: str) -> tuple[str, tuple[FieldError, ...]]:
    """Read one full name a line."""
    one = replace(field, kind=FieldKind.FULL_NAME, required=False)
    lines = typed.splitlines()
    if len(lines) > _MOST_CO_AUTHORS:
        return typed, (_TOO_MANY_NAMES,)
    read = [read_answer(one, line) for line in lines]
    names = [answer.value for answer in read if answer.value]
    # A dict keeps the order and names each error once, however many lines have it.
    errors = dict.fromkeys(error for answer in read for error in answer.errors)
    if any(" " not in name for name in names):
        errors[_NAME_NOT_WHOLE] = None
    if field.required and not names:
        errors[required_error(field)] = None
    return "\n".join(names), tuple(errors)


def first_of(fields: Iterable[Field], answers: Answers, kind: FieldKind) -> str:
    """Return the answer to the first field of a kind, or an empty text."""
    return next((answers.get(field.key, "") for field in fields if field.kind is kind), "")


def all_of(fields: Iterable[Field], answers: Answers, kind: FieldKind) -> list[str]:
    given = (answers.get(field.key, "") for field in fields if field.kind is kind)
    return [answer for answer in given if answer]


def co_authors(fields: Iterable[Field], answers: Answers) -> list[str]:
    lines = first_of(fields, answers, FieldKind.CO_AUTHORS).splitlines()
    return list(dict.fromkeys(lines))


def in_the_name_of(fields: Iterable[Field], answers: Answers, full_name: str) -> dict[str, str]:
    """Return the answers for a co-author: «Фамилия Имя Отчество» replaces the applicant's name."""
    surname, _space, rest = full_name.partition(" ")
    given_name, _space, patronymic = rest.partition(" ")
    parts = {
        FieldKind.SURNAME: surname,
        FieldKind.GIVEN_NAME: given_name,
        FieldKind.PATRONYMIC: patronymic,
        FieldKind.FULL_NAME: full_name,
        FieldKind.CO_AUTHORS: "",
    }
    own = dict(answers)
    for field in fields:
        if field.kind in parts or spec_of(field).is_name:
            # Any other name is the applicant's, and cannot be derived for another person.
            own[field.key] = parts.get(field.kind, "")
        if field.kind is FieldKind.PATRONYMIC:
            own[none_key(field)] = "" if patronymic else YES
    return own


def holder_name(fields: Sequence[Field], answers: Answers) -> str:
    parts = [
        first_of(fields, answers, kind)
        for kind in (FieldKind.SURNAME, FieldKind.GIVEN_NAME, FieldKind.PATRONYMIC)
    ]
    return " ".join(filter(None, parts)) or first_of(fields, answers, FieldKind.FULL_NAME)


def corrected(fields: Sequence[Field], answers: Answers, question: str, code: str) -> Answers:
    """Return the answers with the slip corrected, or unchanged if it is no longer there."""
    slips = read(fields, answers).slips.get(question, ())
    slip = next((slip for slip in slips if slip.code == code), None)
    if slip is None:
        return answers
    # Reversed, so that the first field of a kind wins, as in `find_slips_in_answers`.
    by_kind = {field.kind: field.key for field in reversed(fields)}
    moves = {by_kind[kind]: value for kind, value in slip.moves if kind in by_kind}
    if slip.correction is not None:
        moves[question] = slip.correction
    # To empty the patronymic is to say that there is none; else the field would be required again.
    if slip.correction == "" and by_kind.get(FieldKind.PATRONYMIC) == question:
        moves[question + _NONE_SUFFIX] = YES
    return {**answers, **moves}
