"""A cache in the memory of one process, bounded by bytes."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class _Entry(Generic[V]):
    version: int
    value: V
    size: int


class SizedCache(Generic[V]):
    """Keeps the values used last, up to `capacity` bytes, and one version of each.

    A bound on the number of entries would be none: an entry is as large as its page.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._entries: OrderedDict[Hashable, _Entry[V]] = OrderedDict()
        self._lock = threading.Lock()
        self.size = 0

    def get(self, key: Hashable, version: int) -> V | None:
        with self._lock:
            entry = self._entries.get(key)
            if entry is None or entry.version != version:
                return None
            self._entries.move_to_end(key)
            return entry.value

    def newest(self, key: Hashable) -> V | None:
        """Return the value whatever its version is."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            self._entries.move_to_end(key)
            return entry.value

    def put(self, key: Hashable, version: int, value: V, *, size: int) -> None:
        """Store the value in place of an older version. One larger than the cache is left out."""
        with self._lock:
            earlier = self._entries.get(key)
            # Of two requests at once, one may have read the thread before a change.
            if size > self._capacity or (earlier is not None and earlier.version > version):
                return
            if earlier is not None:
                self.size -= self._entries.pop(key).size
            self._entries[key] = _Entry(version, value, size)
            self.size += size
            while self.size > self._capacity:
                self.size -= self._entries.popitem(last=False)[1].size

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self.size = 0
