"""Findings about a table that its registrar reads before anything is issued."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from certificates.imports.layouts import Match, Parts
from certificates.imports.readers.contents import About, Damage, Line

_LONGEST_LINE = 120  # characters

Named = tuple[int, str]  # the number of a row, and the beginning of its text


@dataclass(frozen=True, slots=True)
class Findings:
    """Stored as JSON with the import. Columns are numbered from 0, rows from 1."""

    encoding: str = ""
    damaged: int = 0
    # Rows, columns and the texts around.
    damage: Sequence[Damage] = ()
    sheet: str = ""
    sheets: Sequence[str] = ()
    hidden_sheets: Sequence[str] = ()
    hidden_columns: Sequence[int] = ()
    has_more_columns: bool = False
    header_row: int = 0
    first_rows: Sequence[Named] = ()
    # Titles above the header and repetitions of it further down.
    other_rows: Sequence[Named] = ()
    hidden_rows: int = 0
    unused: Sequence[int] = ()
    repeated: Sequence[int] = ()
    missing: Sequence[str] = ()
    # The registrar has to confirm the columns.
    is_doubtful: bool = False

    @classmethod
    def of(
        cls,
        about: About,
        parts: Parts | None = None,
        match: Match | None = None,
        *,
        is_doubtful: bool = False,
    ) -> "Findings":
        values: dict[str, Any] = {field.name: getattr(about, field.name) for field in fields(about)}
        if parts is not None:
            values |= {
                "header_row": parts.header.number,
                "first_rows": _named(parts.first_rows),
                "other_rows": _named(parts.others[:_MOST_NAMED]),
                "hidden_rows": sum(line.is_hidden for line in parts.rows),
            }
        if match is not None:
            values |= {
                "unused": match.unused,
                "repeated": match.repeated,
                "missing": match.missing,
            }
        return cls(**values, is_doubtful=is_doubtful)


_MOST_NAMED = 30


def _named(lines: Sequence[Line]) -> list[Named]:
    return [
        (line.number, " · ".join(filter(str.strip, line.cells))[:_LONGEST_LINE]) for line in lines
    ]
