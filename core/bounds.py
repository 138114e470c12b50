"""Bound what an action is given, before it does any work.

Forms and serializers bound it, too, so that a person reads the reason next to the field. But an
action has many doors, and the bound must hold at each of them.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.utils.translation import gettext as _

from core.errors import InvalidInput

P = ParamSpec("P")
R = TypeVar("R")
# Levels of lists and objects in one value.
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Bound:
    """The longest text in characters or bytes, and the most items of one list or object.

    It holds for each text and each list inside the value, also in the fields of a dataclass.
    """

    longest: int
    items: int = 100

    def fault_in(self, value: Any, depth: int = _DEEPEST) -> str:
        """Return what is wrong with the value, or an empty text."""
        match value:
            case str() | bytes():
                return self._fault_of_text(value)
            case Mapping():
                return self._fault_of_items([*value.keys(), *value.values()], len(value), depth)
            case list() | tuple() | set() | frozenset():
                return self._fault_of_items(value, len(value), depth)
        if is_dataclass(value):
            inside = [getattr(value, field.name) for field in fields(value)]
            return self._fault_of_items(inside, 0, depth)
        # Rows of the database, numbers and times are bounded by their types.
        return ""

    def _fault_of_text(self, value: str | bytes) -> str:
        if len(value) <= self.longest:
            return ""
        return _("At most %(limit)s characters fit: shorten it.") % {"limit": self.longest}

    def _fault_of_items(self, items: Collection[Any], count: int, depth: int) -> str:
        if count > self.items or not depth:
            return _("At most %(limit)s items fit.") % {"limit": self.items}
        return next(filter(None, (self.fault_in(item, depth - 1) for item in items)), "")


def bounded(**bounds: Bound) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Raise `InvalidInput` for a named argument of the action that is beyond its bound.

    The outermost decorator: a refusal then opens no transaction. Arguments are keywords, as those
    of all actions.
    """

    def decorate(action: Callable[P, R]) -> Callable[P, R]:
        @wraps(action)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            faults = {name: bound.fault_in(kwargs.get(name)) for name, bound in bounds.items()}
            if any(faults.values()):
                raise InvalidInput({name: [fault] for name, fault in faults.items() if fault})
            return action(*args, **kwargs)

        checked.bounds = bounds  # type: ignore[attr-defined] # read by the test of all actions
        return checked

    return decorate
