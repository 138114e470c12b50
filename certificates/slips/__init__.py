"""Slips in what is typed: found as a person would see them, never asserted, always explained."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from certificates.fields import NAME_PARTS, Field, Kind
from certificates.language.normalise import normalise
from certificates.slips.agreement import gender_disagreement, not_dative, repeated_name
from certificates.slips.alphabets import mixed_script, not_latin, other_alphabet
from certificates.slips.capitals import all_caps, mixed_case, no_capital
from certificates.slips.emails import email_address, email_alphabet, email_domain, email_layout
from certificates.slips.layouts import wrong_layout
from certificates.slips.marks import (
    digit_in_name,
    initials,
    merged_words,
    missing_hyphen,
    no_patronymic,
    space_within,
    stray_punctuation,
    unexpected_character,
)
from certificates.slips.names import misplaced_part
from certificates.slips.phrases import (
    abbreviation_in_small,
    missing_quotes,
    nothing_to_say,
    occupation_without_hyphen,
    phrase_in_capitals,
    title_without_capital,
    unbalanced_quotes,
)
from certificates.slips.places import (
    capitals_in_place,
    place_in_capitals,
    place_with_sign,
    place_without_capital,
    place_without_hyphen,
)
from certificates.slips.slip import Guard, Slip, Typed

_ALPHABET: tuple[Guard, ...] = (mixed_script, wrong_layout)
_LETTERS: tuple[Guard, ...] = (
    digit_in_name,
    all_caps,
    no_capital,
    mixed_case,
    stray_punctuation,
    unexpected_character,
)
_PLACE: tuple[Guard, ...] = (
    nothing_to_say,
    *_ALPHABET,
    place_with_sign,
    place_in_capitals,
    place_without_capital,
    place_without_hyphen,
    capitals_in_place,
)
_PHRASE: tuple[Guard, ...] = (*_ALPHABET, unbalanced_quotes, phrase_in_capitals)

# By importance: the first slip found is the one to speak of where there is room for one.
_GUARDS: dict[Kind, tuple[Guard, ...]] = {
    Kind.SURNAME: (
        *_ALPHABET,
        space_within,
        misplaced_part,
        repeated_name,
        missing_hyphen,
        *_LETTERS,
        other_alphabet,
        gender_disagreement,
    ),
    Kind.GIVEN_NAME: (
        *_ALPHABET,
        space_within,
        misplaced_part,
        initials,
        merged_words,
        *_LETTERS,
        other_alphabet,
    ),
    Kind.PATRONYMIC: (
        no_patronymic,
        *_ALPHABET,
        space_within,
        misplaced_part,
        initials,
        *_LETTERS,
        other_alphabet,
    ),
    Kind.FULL_NAME: (*_ALPHABET, *_LETTERS),
    Kind.LATIN_NAME: (mixed_script, wrong_layout, not_latin, *_LETTERS),
    Kind.DATIVE_NAME: (*_ALPHABET, *_LETTERS, not_dative),
    Kind.TOWN: _PLACE,
    Kind.REGION: _PLACE,
    Kind.INSTITUTION: (*_PHRASE, abbreviation_in_small, missing_quotes),
    Kind.TITLE: (*_PHRASE, title_without_capital),
    Kind.POSITION: (*_PHRASE, occupation_without_hyphen),
    Kind.DEGREE: (nothing_to_say, *_PHRASE, occupation_without_hyphen),
    Kind.EMAIL: (email_layout, email_alphabet, email_address, email_domain),
}
_NOBODY_ELSE: Mapping[str, str] = {}
_PASSES = 4
# For Python a space, for everyone else a control character.
_SEPARATOR = re.compile(r"[\x1c-\x1f]")
_LONGEST_LOOKED_AT = 1000


def find_slips(
    kind: Kind, value: str, others: Mapping[str, str] = _NOBODY_ELSE
) -> tuple[Slip, ...]:
    """The likely mistakes in one answer, the gravest first.

    `others` are the same person's other answers, by kind. Every correction offered mends all
    that can be mended, so that one click leaves nothing behind.
    """
    if len(value) > _LONGEST_LOOKED_AT or _SEPARATOR.search(value):
        return ()  # it is refused for its length, or for a control character
    around = {Kind(name): normalise(Kind(name), other) for name, other in others.items()}
    found: dict[str, Slip] = {}
    mended = normalise(kind, value)
    # What one guard has mended may show another what it could not see: «.1Иванова».
    for _pass in range(_PASSES):
        before = mended
        for guard in _GUARDS.get(kind, ()) if before else ():
            slip = guard(Typed(kind, mended, around))
            if slip is not None:
                found.setdefault(slip.code, slip)
                mended = mended if slip.correction is None else normalise(kind, slip.correction)
        if mended == before:
            break
    return tuple(
        slip if slip.correction is None else replace(slip, correction=mended)
        for slip in found.values()
    )


def find_slips_in_answers(fields: Sequence[Field], answers: Mapping[str, str]) -> tuple[Slip, ...]:
    """The slips of a whole form, each naming its field by key; the first of a kind is the person's.

    A name in the dative or in Latin letters is looked at beside the name parts as well.
    """
    person: dict[str, str] = {}
    for field in fields:
        person.setdefault(field.kind, answers.get(field.key, ""))
    return tuple(
        replace(slip, field=field.key)
        for field in fields
        for slip in find_slips(
            field.kind,
            answers.get(field.key, ""),
            {kind: person[kind] for kind in NAME_PARTS if kind in person},
        )
    )
