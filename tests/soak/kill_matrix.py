"""The long run, `make soak`: rounds of every kind, until the time is over.

Runs add up in `var/soak/totals.json`; delete it to begin again.
"""

import os
import time

from tests.support.paths import ROOT
from tests.support.soak.kinds import KINDS
from tests.support.soak.totals import Total, Totals

_TOTALS = ROOT / "var/soak/totals.json"
_MINUTES = float(os.environ.get("MINUTES") or 60)
# First of all, also of the kinds whose rounds take long.
_ROUNDS_OF_EACH = 3


def test_long_run(arena, capsys):
    totals = Totals.read(_TOTALS)
    deadline = time.monotonic() + _MINUTES * 60
    all_broken = []
    while time.monotonic() < deadline:
        name = min(KINDS, key=lambda name: _turn(totals.kinds.get(name, Total())))
        total, broken = arena.play(KINDS[name], KINDS[name].blows)
        totals.add(name, total)
        totals.write(_TOTALS)
        all_broken += broken
        with capsys.disabled():
            print(f"{name}: {total.kills} kills, {total.writes} writes, {total.seconds} s", *broken)
    with capsys.disabled():
        ended = arena.stack.ended
        print(f"\n{totals.table()}\n\nEnded and started again: {ended}", *arena.journal.surprises)
    assert all_broken == []


def _turn(total):
    """Return what the next kind is chosen by: each gets the same share of the time, over runs."""
    return min(total.rounds, _ROUNDS_OF_EACH), total.seconds
