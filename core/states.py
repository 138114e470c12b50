from collections.abc import Collection, Mapping
from typing import Generic, TypeVar

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict

S = TypeVar("S", bound=str)


class StaleDecision(Conflict):
    code = "stale_decision"
    title = _("Someone else has already decided this")


class ForbiddenTransition(Conflict):
    code = "forbidden_transition"
    title = _("This cannot follow from the present state")


class Transitions(Generic[S]):
    """The table of allowed changes of one model's status."""

    def __init__(self, table: Mapping[S, Collection[S]]) -> None:
        self._table = {old: frozenset(table[old]) for old in table}

    def allows(self, old: S, new: S) -> bool:
        return new in self._table.get(old, ())

    def needs_change(self, old: S, new: S, *, expected: S | None = None) -> bool:
        """Return whether a locked row in `old` must be changed to `new`; False if it is `new`
        already.

        If `old` differs from `expected`, the state that the person saw, raises `StaleDecision`; a
        step missing from the table raises `ForbiddenTransition`. Both carry `current`.
        """
        # First: a repeated request is a success, even if the state has left what the person saw.
        if old == new:
            return False
        if expected is not None and old != expected:
            raise StaleDecision(extra={"current": str(old)})
        if not self.allows(old, new):
            raise ForbiddenTransition(extra={"current": str(old)})
        return True
