"""One round of each kind. Acknowledged writes must be there once, with all that follows them."""

import pytest

from tests.support.soak.kinds import KINDS


@pytest.mark.parametrize("name", KINDS)
def test_nothing_is_lost_and_nobody_let_in(arena, name):
    total, broken = arena.play(KINDS[name], blows=1, applicants=1, rows=2)
    assert broken == []
    assert arena.journal.surprises == []
    assert total.writes > 0
