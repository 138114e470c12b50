"""Bounds on what goes on at once: for a kind of work, and for what clients hold."""

from contextlib import ExitStack

import pytest

from core.errors import Busy
from core.places import Places, SharedPlaces


def test_what_finds_no_place_is_refused_at_once_and_says_when_to_come_back():
    places = Places(1)
    with places.take(), pytest.raises(Busy) as refusal, places.take("Another file is being read."):
        pass
    assert refusal.value.detail == "Another file is being read."
    assert int(refusal.value.headers["Retry-After"]) > 0
    with places.take():
        pass


def test_a_network_leaves_a_third_to_others():
    places = SharedPlaces(6)
    with ExitStack() as held:
        for _ in range(4):
            held.enter_context(places.take("192.0.2.1"))
        with pytest.raises(Busy), places.take("192.0.2.1"):
            pass
        held.enter_context(places.take("192.0.2.2"))
        held.enter_context(places.take("192.0.2.2"))
        with pytest.raises(Busy), places.take("192.0.2.3"):
            pass
        assert places.held == 6
    assert places.held == 0


def test_networks_that_have_left_are_forgotten():
    places = SharedPlaces(6)
    for number in range(100):
        with places.take(f"192.0.2.{number}"):
            assert len(places._by_network) == 1
    assert not places._by_network


def test_an_error_leaves_no_place_taken():
    shared, places = SharedPlaces(1), Places(1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), shared.take("192.0.2.1"), places.take():
            raise ZeroDivisionError
    assert shared.held == 0
