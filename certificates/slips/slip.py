from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import regex
from django.utils.functional import Promise

from certificates.fields import FieldKind

WORD = regex.compile(r"[\p{L}\p{M}]+(?:['’ʼ‘][\p{L}\p{M}]+)*")


@dataclass(frozen=True, slots=True)
class Slip:
    """A likely mistake in an answer.

    `correction` is the whole corrected answer. `moves` is a correction that changes several fields:
    the new answer of each, by kind. `field` is the key of the field, if the form is known.
    """

    code: str
    message: str | Promise
    correction: str | None = None
    moves: tuple[tuple[FieldKind, str], ...] = ()
    field: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """An answer, and the other answers of the same person by kind, which are normalised.

    `is_name` and `is_latin` are the columns of the same names in `certificates/form/kinds.py`.
    """

    kind: FieldKind
    value: str
    others: Mapping[FieldKind, str] = field(default_factory=dict)
    is_name: bool = False
    is_latin: bool = False

    def other(self, kind: FieldKind) -> str:
        return self.others.get(kind, "")


SlipCheck: TypeAlias = Callable[[Typed], Slip | None]
