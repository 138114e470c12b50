import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from certificates.imports.readers import limits
from certificates.imports.readers.contents import About, CellProblem, Line
from certificates.states import ImportProblem
from core.children import ChildFailed, ChildTooDemanding, run_child
from core.errors import DomainError

_CHILD = "certificates.imports.readers"
# The exit codes of the child.
_PROBLEMS = {
    3: ImportProblem.TOO_LARGE,
    4: ImportProblem.NOT_A_TABLE,
    5: ImportProblem.PROTECTED,
}
# The child limits its processor time itself; this also ends one that only waits.
_WALL_SECONDS = 50


class UnreadableTable(DomainError):
    """`about` says what was found, if anything was."""

    code = "unreadable_table"
    status = 422
    title = _("This table cannot be read")

    def __init__(self, problem: ImportProblem, about: About | None = None) -> None:
        super().__init__(problem.label)
        self.problem, self.about = problem, about or About()


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a sheet that have text, with what was found besides."""

    about: About
    lines: Sequence[Line]


def read_table(path: Path, *, sheet: str = "", encoding: str = "") -> Table:
    """Read an XLSX, ODS or CSV file. Raises `UnreadableTable`.

    `sheet` and `encoding` are what a registrar chose; without them, the reader chooses.
    """
    try:
        # Another process: limits of memory and time would otherwise hit the worker itself.
        reply = run_child(_CHILD, str(path), sheet, encoding, seconds=_WALL_SECONDS)
    except ChildTooDemanding as error:
        raise UnreadableTable(ImportProblem.TOO_LARGE) from error
    except ChildFailed as error:
        raise UnreadableTable(_PROBLEMS.get(error.code, ImportProblem.UNREADABLE)) from error
    *rows, about = map(json.loads, reply.splitlines())
    return _checked(Table(About(**about), [_line(*row) for row in rows]))


def _line(number: int, cells: list[str], is_hidden: bool, problems: Mapping[str, Any]) -> Line:
    return Line(
        number, cells, is_hidden, {int(at): CellProblem(code) for at, code in problems.items()}
    )


def _checked(table: Table) -> Table:
    if len(table.lines) <= 1:
        raise UnreadableTable(ImportProblem.NO_ROWS, table.about)
    if len(table.lines) > limits.MOST_ROWS + limits.MOST_TITLE_ROWS + 1:
        raise UnreadableTable(ImportProblem.TOO_MANY_ROWS, table.about)
    # Columns that are hidden and empty are of no interest to anybody.
    used = {at for line in table.lines for at, cell in enumerate(line.cells) if cell.strip()}
    hidden = [at for at in table.about.hidden_columns if at in used]
    return replace(table, about=replace(table.about, hidden_columns=hidden))
