"""Made-up answers to a form, to show a form or a template before anybody has applied."""

from collections.abc import Sequence
from enum import StrEnum

from certificates.fields import Field
from certificates.form.kinds import Control, max_length_of, spec_of
from certificates.form.reading import LANGUAGE_KEY, Answers


class Length(StrEnum):
    SHORTEST = "shortest"
    TYPICAL = "typical"
    LONGEST = "longest"


def answers(
    fields: Sequence[Field], length: Length = Length.TYPICAL, language: str = "ru"
) -> Answers:
    """Return a made-up answer to each field; only the typical ones exist in English, too."""
    return {
        field.key: _sample(field, length, language)[: max_length_of(field)]
        for field in fields
        if field.key != LANGUAGE_KEY and (field.required or length is not Length.SHORTEST)
    }


def _sample(field: Field, length: Length, language: str) -> str:
    spec = spec_of(field)
    if spec.control is Control.SELECT:
        return _choice(field.choices, length)
    of_length = {
        Length.SHORTEST: spec.sample.shortest,
        Length.TYPICAL: spec.sample.english if language == "en" else None,
        Length.LONGEST: spec.sample.longest,
    }[length]
    return spec.sample.typical if of_length is None else of_length


def _choice(choices: Sequence[str], length: Length) -> str:
    if length is Length.TYPICAL or not choices:
        return next(iter(choices), "")
    return (max if length is Length.LONGEST else min)(choices, key=len)
