"""Charts as the numbers that an SVG is drawn with: no script, no style, no library.

The lines stretch with the page. What is written does not: its places are percentages of the width,
so that a chart on a phone has letters of the same size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, log10

from django.utils.formats import date_format
from django.utils.functional import Promise

WIDTH = 100
HEIGHT = 220
# Room for the number above the highest line, and for the dates below.
_TOP, _BOTTOM = 20, 26
_MOST_DATES = 7
# On a phone so many dates fit.
_FEWEST_DATES = 4


@dataclass(frozen=True, slots=True)
class Tick:
    """An axis label: `at` in pixels from the top, or in per cent of the width. `anchor` keeps the
    first and the last inside the drawing; `is_extra` ones are left out on a phone."""

    at: str
    label: str
    anchor: str = "middle"
    is_extra: bool = False


@dataclass(frozen=True, slots=True)
class ChartLine:
    """`dots` is set where a line would have one point only."""

    number: int
    label: str | Promise
    points: str
    dots: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class LineChart:
    lines: Sequence[ChartLine]
    across: Sequence[Tick]
    up: Sequence[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    bottom: int = HEIGHT - _BOTTOM


@dataclass(frozen=True, slots=True)
class Bar:
    """`width` in per cent of the longest one."""

    label: str
    value: int
    width: str


Series = tuple[str | Promise, Sequence[float | None]]


def line_chart(days: Sequence[date], series: Sequence[Series]) -> LineChart:
    """None in a series is a day without a value: the line passes over it."""
    highest = _round_up(max((value for _l, row in series for value in row if value), default=0))
    xs = [_x(number, len(days)) for number in range(len(days))]
    return LineChart(
        lines=[
            _line(number, label, xs, row, highest)
            for number, (label, row) in enumerate(series, start=1)
        ],
        across=_dates(days, xs),
        up=[
            Tick(_text(_y(value, highest)), str(int(value))) for value in (0, highest / 2, highest)
        ],
    )


def bar_chart(rows: Sequence[tuple[str, int]]) -> Sequence[Bar]:
    highest = max((value for _label, value in rows), default=0) or 1
    return [Bar(label, value, _text(value / highest * WIDTH)) for label, value in rows]


def minutes(waited: timedelta) -> float:
    return waited.total_seconds() / 60


def _line(
    number: int,
    label: str | Promise,
    xs: Sequence[float],
    row: Sequence[float | None],
    highest: float,
) -> ChartLine:
    points = [
        (_text(x), _text(_y(value, highest)))
        for x, value in zip(xs, row, strict=True)
        if value is not None
    ]
    joined = " ".join(f"{x},{y}" for x, y in points)
    return ChartLine(number, label, joined, points if len(points) == 1 else ())


def _x(number: int, count: int) -> float:
    return WIDTH * (number / (count - 1) if count > 1 else 0.5)


def _y(value: float, highest: float) -> float:
    return _TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - value / highest)


def _dates(days: Sequence[date], xs: Sequence[float]) -> Sequence[Tick]:
    step = ceil(len(days) / _MOST_DATES) or 1
    shown = list(zip(days, xs, strict=True))[::step]
    every = ceil(len(shown) / _FEWEST_DATES)
    return [
        Tick(_text(x), date_format(day, "j.m"), _anchor(x), is_extra=number % every > 0)
        for number, (day, x) in enumerate(shown)
    ]


def _anchor(x: float) -> str:
    if x == 0:
        return "start"
    return "end" if x == WIDTH else "middle"


def _round_up(value: float) -> float:
    """To 2, 4, 10, 20, 40, 100…: halves of it are whole too."""
    if value <= 2:  # noqa: PLR2004
        return 2
    power = 10 ** int(log10(value))
    return float(next(step * power for step in (1, 2, 4, 10, 20) if step * power >= value))


def _text(number: float) -> str:
    """With a point in any language: it is for a program."""
    return f"{number:.1f}"
