"""What a correction changes, and whether it is small enough to pass without a registrar."""

from collections.abc import Mapping, Sequence

from certificates.fields import Field
from certificates.form.kinds import spec_of
from certificates.form.reading import Answers

SMALL = 2  # letters


def is_small(fields: Sequence[Field], before: Answers, after: Answers) -> bool:
    # A wrong digit in a date or a link makes another date, not a misspelt one.
    words = {field.key for field in fields if spec_of(field).may_be_corrected_slightly}
    changed = [key for key in {*before, *after} if before.get(key, "") != after.get(key, "")]
    if not words.issuperset(changed):
        return False
    return letters_changed(before, after, changed) <= SMALL


def letters_changed(before: Answers, after: Answers, keys: Sequence[str]) -> int:
    return sum(distance(before.get(key, ""), after.get(key, "")) for key in keys)


def distance(one: str, other: str) -> int:
    """How many letters to put in, take out or exchange; anything above `SMALL` is only «more»."""
    if abs(len(one) - len(other)) > SMALL:
        return SMALL + 1
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        above, row = row, [at]
        for place, wanted in enumerate(other, start=1):
            exchanged = above[place - 1] + (letter != wanted)
            row.append(min(exchanged, above[place] + 1, row[-1] + 1))
        if min(row) > SMALL:
            return SMALL + 1
    return min(row[-1], SMALL + 1)


def differs(before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    return {key: value for key, value in before.items() if value} != {
        key: value for key, value in after.items() if value
    }
