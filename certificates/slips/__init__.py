"""Slips: likely mistakes in an answer, each with a reason and mostly with a correction.

A slip is never certain, so the person may dismiss it. Which checks a kind of field has is in the
table of form/kinds.py; the groups here are those that several kinds share.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from certificates.slips.alphabets import mixed_script
from certificates.slips.capitals import all_caps, mixed_case, no_capital
from certificates.slips.layouts import wrong_layout
from certificates.slips.marks import digit_in_name, stray_punctuation, unexpected_character
from certificates.slips.phrases import nothing_to_say, phrase_in_capitals, unbalanced_quotes
from certificates.slips.places import (
    capitals_in_place,
    place_in_capitals,
    place_with_sign,
    place_without_capital,
    place_without_hyphen,
)
from certificates.slips.slip import Slip, SlipCheck, Typed

ALPHABET: tuple[SlipCheck, ...] = (mixed_script, wrong_layout)
LETTERS: tuple[SlipCheck, ...] = (
    digit_in_name,
    all_caps,
    no_capital,
    mixed_case,
    stray_punctuation,
    unexpected_character,
)
PLACE: tuple[SlipCheck, ...] = (
    nothing_to_say,
    *ALPHABET,
    place_with_sign,
    place_in_capitals,
    place_without_capital,
    place_without_hyphen,
    capitals_in_place,
)
PHRASE: tuple[SlipCheck, ...] = (*ALPHABET, unbalanced_quotes, phrase_in_capitals)

_MOST_ROUNDS = 4
# Python counts these as spaces, everything else as control characters.
_SEPARATOR = re.compile(r"[\x1c-\x1f]")
_LONGEST_CHECKED = 1000


def run_checks(
    checks: Sequence[SlipCheck], typed: Typed, normalise: Callable[[str], str]
) -> tuple[Slip, ...]:
    """Return the slips of an answer, in the order of the checks.

    Each correction also corrects everything else that can be corrected, so one click is enough.
    """
    if len(typed.value) > _LONGEST_CHECKED or _SEPARATOR.search(typed.value):
        return ()  # the answer has an error already: its length, or a control character
    slips: dict[str, Slip] = {}
    mended = normalise(typed.value)
    # One correction may uncover another slip: in «.1Иванова», first the full stop goes, then the
    # digit. Four rounds are more than any known answer needs; they bound the work on hostile text.
    for _round in range(_MOST_ROUNDS):
        before = mended
        for check in checks if before else ():
            slip = check(replace(typed, value=mended))
            if slip is not None:
                slips.setdefault(slip.code, slip)
                mended = mended if slip.correction is None else normalise(slip.correction)
        if mended == before:
            break
    return tuple(
        slip if slip.correction is None else replace(slip, correction=mended)
        for slip in slips.values()
    )
