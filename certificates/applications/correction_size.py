"""How much a correction changes: a small one may pass without a registrar."""

from collections.abc import Mapping, Sequence

from rapidfuzz.distance import Levenshtein

from certificates.fields import Field
from certificates.form.kinds import spec_of
from certificates.form.reading import Answers

SMALL = 2  # letters


def is_small(fields: Sequence[Field], before: Answers, after: Answers) -> bool:
    # A wrong digit in a date or a link makes another date, not a misspelt one.
    words = {field.key for field in fields if spec_of(field).can_be_corrected_slightly}
    changed = [key for key in {*before, *after} if before.get(key, "") != after.get(key, "")]
    if not words.issuperset(changed):
        return False
    return letters_changed(before, after, changed) <= SMALL


def letters_changed(before: Answers, after: Answers, keys: Sequence[str]) -> int:
    """Count the letters inserted, deleted or replaced; above `SMALL` the number is only a bound."""
    # Without the cutoff, two texts of 5000 letters each would take a noticeable time.
    return sum(
        Levenshtein.distance(before.get(key, ""), after.get(key, ""), score_cutoff=SMALL)
        for key in keys
    )


def differs(before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    return {key: value for key, value in before.items() if value} != {
        key: value for key, value in after.items() if value
    }
