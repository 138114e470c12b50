import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certificates.imports.tables import child
from core.errors import DomainError

# The child limits its processor time itself; this also ends one that only waits.
_WALL_SECONDS = 50


class UnreadableTable(DomainError):
    code = "unreadable_table"
    status = 422
    title = _("This table cannot be read")


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its first row as the header. Empty rows are left out."""

    header: list[str]
    rows: list[list[str]]


def read_table(path: Path) -> Table:
    """Read an .xlsx or .csv file, told apart by its suffix. Raises `UnreadableTable`."""
    try:
        done = subprocess.run(  # noqa: S603  # our own program; the path is ours too
            # Another process: limits of memory and time would otherwise hit the worker itself.
            [sys.executable, child.__file__, str(path)],
            capture_output=True,
            timeout=_WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableTable(_TOO_MUCH) from error
    # A negative code means a signal: the kernel ended it at the limit of processor time.
    if done.returncode < 0 or b"MemoryError" in done.stderr:
        raise UnreadableTable(_TOO_MUCH)
    if done.returncode:
        raise UnreadableTable(_NOT_A_TABLE)
    return _table([json.loads(line) for line in done.stdout.splitlines()])


_TOO_MUCH = _("It is too large, or unfolds into something too large.")
_NOT_A_TABLE = _("Save it as XLSX or CSV in your table editor and upload it again.")


def _table(lines: list[list[str]]) -> Table:
    rows = [line for line in lines[1:] if any(cell.strip() for cell in line)]
    if not rows:
        raise UnreadableTable(_("It has no rows below the header."))
    if len(rows) > child.MOST_ROWS:
        raise UnreadableTable(_too_many())
    return Table(header=lines[0], rows=rows)


def _too_many() -> str | Promise:
    return _("It has more than %(most)d rows: divide it into several files.") % {
        "most": child.MOST_ROWS
    }
