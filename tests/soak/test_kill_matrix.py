"""One round of each kind: what was acknowledged is there once, whatever was killed."""

import pytest

from tests.support.soak.kinds import KINDS


@pytest.mark.parametrize("name", KINDS)
def test_nothing_is_lost_and_nobody_let_in(arena, name):
    total, broken = arena.play(KINDS[name], blows=1, applicants=1, rows=2)
    assert broken == []
    assert arena.journal.surprises == []
    assert total.writes > 0
