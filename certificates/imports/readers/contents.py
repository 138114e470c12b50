"""The results that the readers of all formats return."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class CellProblem(StrEnum):
    """A cell whose text is not what a spreadsheet shows."""

    LOGICAL = "logical"
    ERROR = "error"
    FORMULA = "formula"  # its result is not in the file
    FORMAT = "format"  # a number shown in a form that we cannot repeat


@dataclass(frozen=True, slots=True)
class Line:
    """A row as the spreadsheet numbers it. `problems` are by number of the cell, from 0."""

    number: int
    cells: list[str]
    is_hidden: bool = False
    problems: dict[int, CellProblem] = field(default_factory=dict)


# The number of a row, the number of a cell in it, from 0, and the text around the damage.
Damage = tuple[int, int, str]


@dataclass(slots=True)
class About:
    """The contents of a table, and everything that the reader left out."""

    encoding: str = ""
    damaged: int = 0  # characters that are no text in this encoding
    damage: list[Damage] = field(default_factory=list)  # the first of them
    sheet: str = ""
    sheets: list[str] = field(default_factory=list)  # the other visible ones
    hidden_sheets: list[str] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    has_more_columns: bool = False  # than are read


@dataclass(frozen=True, slots=True)
class Contents:
    """`about` is complete once `lines` has ended."""

    about: About
    lines: Iterator[Line]


class Protected(Exception):
    """The file has a password, or the format of Excel before 2007, which looks the same."""


class TooMuch(Exception):
    """The file unfolds into more than a table may have."""


class NotATable(Exception):
    """The file is not what its name says, or nothing in it is a table."""
