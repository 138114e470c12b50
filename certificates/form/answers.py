"""Check one answer against its field, and give equal answers one digest."""

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import regex
from django.utils.translation import gettext_lazy as _

from certificates.fields import Field
from certificates.form.errors import FieldError, too_long
from certificates.form.kinds import Control, max_length_of, normalise, required_error, spec_of

AnswerValue: TypeAlias = (
    str | int | bool | Sequence["AnswerValue"] | Mapping[str, "AnswerValue"] | None
)

# More than a hundred characters without a space mean that the spaces were lost in copying.
_LONG_WORD = regex.compile(r"\S{101}")
# One visible character of the scripts people write names in takes at most this many code points.
_CODE_POINTS_PER_CHARACTER = 8

_GRAPHEME = regex.compile(r"\X")
_CONTROL = regex.compile(r"[\p{Cc}--[\n]]", regex.VERSION1)
# U+202D and U+202E reverse the order of what is read, so a name could look like another one.
_OVERRIDE = regex.compile(r"[\u202d\u202e]")
_UNPRINTABLE = regex.compile(r"[\p{Cs}\p{Co}\p{Noncharacter_Code_Point}\ufffc\ufffd]")
# Three combining marks on one letter are «Zalgo» text, which runs over the lines of a document.
_STACKED_MARKS = regex.compile(r"[\p{Mn}\p{Me}&&\p{Inherited}]{3}|^\p{M}|\s\p{M}", regex.VERSION1)
# Unicode calls «©», «®» and «™» pictographs, too: they are ordinary signs and stay allowed.
_EMOJI = regex.compile(
    r"[\p{Emoji_Presentation}\p{Regional_Indicator}\u20e3]|[\p{Extended_Pictographic}--[©®™‼⁉℗]]",
    regex.VERSION1,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """`value` is normalised, but left as typed where it is too long to process."""

    value: str
    errors: tuple[FieldError, ...] = ()


def read_answer(field: Field, typed: str) -> Answer:
    max_length = max_length_of(field)
    # Checked on the raw length first: normalising and matching a text of megabytes would take
    # seconds.
    if len(typed) > _CODE_POINTS_PER_CHARACTER * max_length:
        return Answer(typed, (too_long(max_length),))
    value = normalise(field.kind, typed)
    if spec_of(field).control is Control.SELECT:
        value = field.choice_meant(value)
    if not value:
        return Answer(value, (required_error(field),) if field.required else ())
    return Answer(value, tuple(_errors(field, value)))


def canonical_json(answers: Mapping[str, AnswerValue]) -> str:
    """One spelling for equal answers: keys sorted, NFC, no spaces, no escapes but the needful."""
    # Sorted keys, NFC and fixed separators: a digest must not depend on the library or the order.
    return json.dumps(
        _composed(answers),
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
        allow_nan=False,
    )


def digest(answers: Mapping[str, AnswerValue]) -> str:
    """SHA-256 of the canonical JSON in UTF-8, in hexadecimal: what a confirmation is proved by."""
    return hashlib.sha256(canonical_json(answers).encode()).hexdigest()


def _composed(value: AnswerValue) -> AnswerValue:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {unicodedata.normalize("NFC", key): _composed(value[key]) for key in value}
    if isinstance(value, Sequence):
        return [_composed(item) for item in value]
    return value


_BANNED = (
    (
        _CONTROL,
        FieldError(
            "control_character",
            _("There is an invisible control character here: type the text again, do not paste it"),
        ),
    ),
    (
        _OVERRIDE,
        FieldError(
            "direction_override",
            _("A hidden mark turns the text backwards: type it again, do not paste it"),
        ),
    ),
    (
        _UNPRINTABLE,
        FieldError(
            "unprintable_character",
            _("There is a character here that cannot be printed: delete it and type it again"),
        ),
    ),
    (
        _STACKED_MARKS,
        FieldError(
            "stacked_marks",
            _("Accents are stacked or misplaced: keep only those of the word"),
        ),
    ),
)
_HAS_EMOJI = FieldError("emoji", _("Pictures cannot be printed on the document: use letters only"))
_WORD_TOO_LONG = FieldError(
    "word_too_long", _("One of the words is too long: check that no spaces are lost")
)


def _errors(field: Field, value: str) -> Iterator[FieldError]:
    spec, max_length = spec_of(field), max_length_of(field)
    if len(_GRAPHEME.findall(value)) > max_length:
        yield too_long(max_length)
    yield from (error for pattern, error in _BANNED if pattern.search(value))
    if not spec.allows_emoji and _EMOJI.search(value):
        yield _HAS_EMOJI
    if not spec.allows_long_words and _LONG_WORD.search(value):
        yield _WORD_TOO_LONG
    if spec.control is Control.SELECT and value not in field.choices:
        yield FieldError("not_a_choice", _("Choose one of the offered answers"))
    if spec.shape is not None:
        yield from spec.shape.errors_in(value)
