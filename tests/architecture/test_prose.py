"""The check of our English fails for each kind of finding that it knows."""

from typing import get_args

import pytest

from tests.support.prose import MAX_MARKED_PERCENT, MOST, Finding, Kind, exceeded

TOTAL = 1_000
ALLOWED = {**MOST, "prose": int(TOTAL * MAX_MARKED_PERCENT / 100)}


@pytest.mark.parametrize("kind", get_args(Kind))
def test_one_finding_more_than_allowed_fails(kind):
    marked = [Finding(kind, "core/places.py:1", "text")] * ALLOWED[kind]
    assert exceeded(TOTAL, marked) == []
    assert exceeded(TOTAL, [*marked, Finding(kind, "core/places.py:2", "text")]) == [kind]
