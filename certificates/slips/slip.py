from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import regex
from django.utils.functional import Promise

from certificates.fields import Kind

WORD = regex.compile(r"[\p{L}\p{M}]+(?:['’ʼ‘][\p{L}\p{M}]+)*")


@dataclass(frozen=True, slots=True)
class Slip:
    """A likely mistake in one answer.

    `correction` is the whole value mended. `moves` is the correction where one value is not
    enough: what each of several fields would hold, by kind.
    """

    code: str
    message: str | Promise
    correction: str | None = None
    moves: tuple[tuple[Kind, str], ...] = ()
    field: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """An answer, and the other answers of the same person by kind, which are normalised."""

    kind: Kind
    value: str
    others: Mapping[Kind, str] = field(default_factory=dict)

    def other(self, kind: Kind) -> str:
        return self.others.get(kind, "")


SlipCheck: TypeAlias = Callable[[Typed], Slip | None]
