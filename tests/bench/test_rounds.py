import random

import pytest

from bench.rounds import Spread, interleave, ratio


def test_each_round_runs_every_act_once_in_another_order():
    ran = []

    def act(name):
        return lambda number: ran.append((number, name)) or name.upper()

    acts = {name: act(name) for name in "abcdef"}
    rounds = list(interleave(acts, 5, random.Random(1)))

    # The figures keep the order of the acts, not the order they ran in.
    assert [list(figures.items()) for figures in rounds] == [[(n, n.upper()) for n in acts]] * 5
    orders = [tuple(name for at, name in ran if at == number) for number in range(5)]
    assert all(sorted(order) == list(acts) for order in orders)
    assert len(set(orders)) == 5


def test_spread_is_the_median_and_the_quartiles():
    assert Spread.of([5, 1, 4, 2, 3]) == Spread(3, 2, 4)
    assert Spread.of([5, 1, 4, 2, 3]).noise == 1
    assert Spread.of([7]) == Spread(7, 7, 7)


def test_ratio_is_taken_within_each_round():
    # The machine was ten times slower in the second round, which says nothing about the act.
    rounds = [{"act": 50, "ceiling": 100}, {"act": 5, "ceiling": 10}, {"act": 60, "ceiling": 100}]
    assert ratio(rounds, "act", "ceiling") == Spread(0.5, 0.5, pytest.approx(0.55))
