"""Tables as CSV that a spreadsheet opens without running anything in it."""

import csv
from collections.abc import Iterable, Sequence

from django.http import HttpResponse
from django.utils.functional import Promise

Cell = str | int | float | Promise
# What a spreadsheet takes for the beginning of a formula, in Asian full width too.
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def as_csv(name: str, head: Sequence[Cell], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """The mark at its beginning tells Excel that it is UTF-8."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    writer = csv.writer(response)
    writer.writerow([harmless(cell) for cell in head])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return response


def harmless(cell: Cell) -> str:
    if isinstance(cell, int | float):
        return str(cell)
    # OWASP, CSV injection: an apostrophe makes a spreadsheet show the cell as text.
    text = str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(_RISKY) else text
