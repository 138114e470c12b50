import pickle

import pytest
from django.core.cache import cache

from core import valkey

VALUES = [b"\x89PNG\r\n", b"5", b"", "text", 5, 1.5, None, True, [1.5, 2.5], {"a": [None, "b"]}]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_comes_back_as_it_was(value):
    cache.set("key", value, 60)
    assert cache.get("key") == value
    assert type(cache.get("key")) is type(value)


traces = []


def leave_trace():
    traces.append("the entry ran")


class Runs:
    def __reduce__(self):
        return (leave_trace, ())


def test_an_entry_of_another_writer_runs_no_code():
    cache.set("key", b"x", 60)
    planted = pickle.dumps(Runs())
    pickle.loads(planted)
    assert traces.pop()
    valkey.client(timeout=5).set(cache.make_key("key"), planted)
    with pytest.raises(ValueError, match="did not write"):
        cache.get("key")
    assert not traces
