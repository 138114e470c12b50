"""The long run, `make soak`: rounds of every kind in turn, until the time is over.

Runs add up in `var/soak/totals.json`; delete it to begin again.
"""

import os
import time
from itertools import cycle

from tests.support.paths import ROOT
from tests.support.soak.kinds import KINDS
from tests.support.soak.totals import Totals

_FOLDER = ROOT / "var/soak"
_TOTALS = _FOLDER / "totals.json"
_MINUTES = float(os.environ.get("MINUTES") or 60)
_ROUNDS = int(os.environ.get("ROUNDS") or 10_000)


def test_long_run(arena, capsys):
    totals = Totals.read(_TOTALS)
    deadline = time.monotonic() + _MINUTES * 60
    all_broken = []
    # The kinds with the fewest rounds first, so that an interrupted run goes on where it ended.
    order = sorted(KINDS, key=lambda name: totals.kinds[name].rounds if name in totals.kinds else 0)
    for number, name in enumerate(cycle(order)):
        if number >= _ROUNDS or time.monotonic() > deadline:
            break
        begun = time.monotonic()
        total, broken = arena.play(KINDS[name], KINDS[name].blows)
        totals.add(name, total)
        totals.write(_TOTALS)
        all_broken += broken
        with capsys.disabled():
            took = time.monotonic() - begun
            print(f"{name}: {total.blows} blows, {total.writes} writes, {took:.0f} s", *broken)
    with capsys.disabled():
        print(f"\n{totals.table()}\n", *arena.journal.surprises, sep="\n")
    assert all_broken == []
