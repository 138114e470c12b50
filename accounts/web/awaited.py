"""Tell the code that a registration or a change of address waits for from other proofs."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_is_awaited: ContextVar[bool] = ContextVar("accounts_awaited_code", default=False)


@contextmanager
def awaited_code() -> Iterator[None]:
    """For the time in which allauth confirms an address by the code of the same session."""
    token = _is_awaited.set(True)
    try:
        yield
    finally:
        _is_awaited.reset(token)


def is_awaited() -> bool:
    return _is_awaited.get()
