"""A sized cache is bounded by bytes and keeps one version of each."""

import pytest

from core.sized_cache import SizedCache


@pytest.fixture
def cache():
    return SizedCache(100)


def test_the_value_used_longest_ago_makes_room(cache):
    for key in "abc":
        cache.put(key, 1, key, size=33)
    assert cache.get("a", 1) == "a"
    cache.put("d", 1, "d", size=33)
    assert [cache.get(key, 1) for key in "abcd"] == ["a", None, "c", "d"]
    assert cache.size == 99


def test_a_new_version_takes_the_place_of_the_old_one(cache):
    cache.put("a", 1, "old", size=60)
    cache.put("a", 2, "new", size=70)
    assert (cache.get("a", 1), cache.get("a", 2), cache.size) == (None, "new", 70)


def test_a_late_old_version_is_dropped(cache):
    cache.put("a", 2, "new", size=70)
    cache.put("a", 1, "old", size=60)
    assert (cache.get("a", 2), cache.size) == ("new", 70)


def test_what_is_larger_than_the_cache_drives_nothing_out(cache):
    cache.put("a", 1, "a", size=60)
    cache.put("b", 1, "b", size=101)
    assert (cache.get("a", 1), cache.get("b", 1), cache.size) == ("a", None, 60)
