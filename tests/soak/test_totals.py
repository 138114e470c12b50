"""The results of runs add up in a file."""

from tests.support.soak.totals import Total, Totals


def test_runs_add_up_in_a_file(tmp_path):
    path = tmp_path / "soak/totals.json"
    for kills in (3, 4):
        totals = Totals.read(path)
        totals.add("web", Total(rounds=1, kills=kills, writes=10))
        totals.add("relay", Total(rounds=1, kills=1, lost=1))
        totals.write(path)
    totals = Totals.read(path)
    assert totals.kinds["web"] == Total(rounds=2, kills=7, writes=20)
    assert totals.sum == Total(rounds=4, kills=9, writes=20, lost=2)
    assert totals.table().splitlines()[-1].split()[:6] == ["all", "4", "0", "0", "9", "20"]
