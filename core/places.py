"""Bounds on how much goes on at once in this process; beyond them the answer is 503.

`Places` bounds one kind of costly work, such as a child process, no matter who asks for it.
`SharedPlaces` bounds what clients hold, such as a request that waits or a body that is being
received: one network gets no more than two thirds of the places. `core.slow_requests.Lane` is built
on it, for all requests that are not answered from memory.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil

from core.errors import Busy, StrOrPromise


class Places:
    """Lets so many pieces of work run at once in this process; the others get `Busy` (503).

    Fewer than the process has threads, so that pages are answered while the work goes on. A request
    that waits holds a thread, too, so by default none waits.
    """

    def __init__(self, at_once: int, *, patience: float = 0) -> None:
        self._free = threading.Semaphore(at_once)
        self._patience = patience

    @contextmanager
    def take(self, refusal: StrOrPromise = "") -> Iterator[None]:
        if not self._free.acquire(timeout=self._patience):
            raise Busy(refusal)
        try:
            yield
        finally:
            self._free.release()


class SharedPlaces:
    """Holds so many clients at once in this process; the others get `Busy` (503) without a wait.

    One network may have at most two thirds of the places, so that an attacker with one address does
    not take all of them.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.most_of_network = ceil(most * 2 / 3)
        self._by_network: Counter[str] = Counter()
        self._lock = threading.Lock()

    @property
    def held(self) -> int:
        return sum(self._by_network.values())

    @contextmanager
    def take(self, network: str) -> Iterator[None]:
        self.enter(network)
        try:
            yield
        finally:
            self.leave(network)

    def enter(self, network: str) -> None:
        with self._lock:
            if self.held >= self.most or self._by_network[network] >= self.most_of_network:
                raise Busy
            self._by_network[network] += 1

    def leave(self, network: str) -> None:
        with self._lock:
            self._by_network[network] -= 1
            # The networks of all visitors would fill the memory.
            if not self._by_network[network]:
                del self._by_network[network]
