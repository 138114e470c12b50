"""What is typed into a form: read, refused where it cannot be printed, and sealed by a digest."""

import datetime as dt
import hashlib
import json
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import urlsplit

import regex
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from certificates.fields import Field, Kind
from certificates.language.normalise import normalise

AnswerValue: TypeAlias = (
    str | int | bool | Sequence["AnswerValue"] | Mapping[str, "AnswerValue"] | None
)

_LONG_WORD = regex.compile(r"\S{101}")
# One visible character of the scripts people write names in takes at most this many code points.
_CODE_POINTS_PER_CHARACTER = 8

_GRAPHEME = regex.compile(r"\X")
_CONTROL = regex.compile(r"[\p{Cc}--[\n]]", regex.VERSION1)
_OVERRIDE = regex.compile(r"[\u202d\u202e]")
_UNPRINTABLE = regex.compile(r"[\p{Cs}\p{Co}\p{Noncharacter_Code_Point}\ufffc\ufffd]")
_STACKED_MARKS = regex.compile(r"[\p{Mn}\p{Me}&&\p{Inherited}]{3}|^\p{M}|\s\p{M}", regex.VERSION1)
_EMOJI = regex.compile(
    r"[\p{Emoji_Presentation}\p{Regional_Indicator}\u20e3]|[\p{Extended_Pictographic}--[©®™‼⁉℗]]",
    regex.VERSION1,
)
_EMAIL = regex.compile(
    r"[^\s@<>()\[\],;:\\\"]{1,64}@(?:[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}\-]{0,61}[\p{L}\p{M}\p{N}])?\.)+"
    r"(?:\p{L}[\p{L}\p{M}]+|xn--[a-z0-9\-]+)"
)
_HOST = regex.compile(
    r"(?:[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}_\-]*[\p{L}\p{M}\p{N}])?\.)+[\p{L}\p{M}\p{N}\-]{2,}"
)
_NUMBER = regex.compile(r"[+\-−]?[0-9]+(?:[.,][0-9]+)?")


@dataclass(frozen=True, slots=True)
class Refusal:
    code: str
    message: str | Promise


@dataclass(frozen=True, slots=True)
class Answer:
    """`value` is normalised, or what was typed where that was too long to look at."""

    value: str
    refusals: tuple[Refusal, ...] = ()


def read_answer(field: Field, typed: str) -> Answer:
    if len(typed) > _CODE_POINTS_PER_CHARACTER * field.longest:
        return Answer(typed, (_too_long(field.longest),))
    value = normalise(field.kind, typed)
    if not value:
        return Answer(value, (REQUIRED,) if field.required else ())
    return Answer(value, tuple(_refusals(field, value)))


def canonical_json(answers: Mapping[str, AnswerValue]) -> str:
    """One spelling for equal answers: keys sorted, NFC, no spaces, no escapes but the needful."""
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


REQUIRED = Refusal("required", _("Fill in this field"))


def _too_long(longest: int) -> Refusal:
    message = format_lazy(_("Too long: at most {longest} characters fit here"), longest=longest)
    return Refusal("too_long", message)


_NOWHERE = (
    (
        _CONTROL,
        Refusal(
            "control_character",
            _("There is an invisible control character here: type the text anew, do not paste it"),
        ),
    ),
    (
        _OVERRIDE,
        Refusal(
            "direction_override",
            _("A hidden mark turns the text backwards: type it anew, do not paste it"),
        ),
    ),
    (
        _UNPRINTABLE,
        Refusal(
            "unprintable_character",
            _("There is a character here that cannot be printed: delete it and type it anew"),
        ),
    ),
    (
        _STACKED_MARKS,
        Refusal(
            "stacked_marks",
            _("Accents stand one upon another or without a letter: leave only those of the word"),
        ),
    ),
)
_NO_EMOJI = Refusal("emoji", _("Pictures cannot be printed on the document: use letters only"))
_WORD_TOO_LONG = Refusal(
    "word_too_long", _("One of the words is too long: check that no spaces are lost")
)


def _refusals(field: Field, value: str) -> Iterator[Refusal]:
    if len(_GRAPHEME.findall(value)) > field.longest:
        yield _too_long(field.longest)
    yield from (refusal for pattern, refusal in _NOWHERE if pattern.search(value))
    if field.kind is not Kind.TEXT and _EMOJI.search(value):
        yield _NO_EMOJI
    if field.kind not in {Kind.URL, Kind.EMAIL} and _LONG_WORD.search(value):
        yield _WORD_TOO_LONG
    if field.kind is Kind.CHOICE and value not in field.choices:
        yield Refusal("not_a_choice", _("Choose one of the offered answers"))
    if field.kind in _SHAPES:
        fits, refusal = _SHAPES[field.kind]
        if not fits(value):
            yield refusal


def _is_email(value: str) -> bool:
    local = value.partition("@")[0]
    return bool(_EMAIL.fullmatch(value)) and ".." not in local and local.strip(".") == local


def _is_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
        port_fits = parts.port != 0
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"}
        and port_fits
        and "@" not in parts.netloc
        and not regex.search(r"[\s<>\"\\]", value)
        and bool(_HOST.fullmatch(parts.hostname or ""))
    )


def is_date(value: str) -> bool:
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        return False
    return len(value) == len("2026-01-31")


_SHAPES: dict[Kind, tuple[Callable[[str], object], Refusal]] = {
    Kind.EMAIL: (
        _is_email,
        Refusal("not_an_email", _("Write the e-mail address whole, as in name@example.ru")),
    ),
    Kind.URL: (
        _is_url,
        Refusal("not_a_url", _("Copy the whole link from the address bar: https://example.ru/…")),
    ),
    Kind.DATE: (
        is_date,
        Refusal("not_a_date", _("Write the date as day, month and year: 31.01.2026")),
    ),
    Kind.NUMBER: (_NUMBER.fullmatch, Refusal("not_a_number", _("Write a number in digits"))),
}
