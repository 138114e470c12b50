"""A limited number of places for work that is costly, such as a child process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

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
