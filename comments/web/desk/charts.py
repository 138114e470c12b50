"""Charts as the numbers that an SVG is drawn with: no script, no style, no library."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, log10

from django.utils.formats import date_format
from django.utils.functional import Promise

WIDTH = 720
HEIGHT = 220
# Room for the labels of the axes: numbers on the left, dates below.
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 8, 8, 26
_ROW = 42
_MOST_DATES = 7


@dataclass(frozen=True, slots=True)
class Tick:
    """An axis label with its position in units of the drawing."""

    at: str
    label: str


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
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    bottom: int = HEIGHT - _BOTTOM


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    value: int
    y: int
    width: str


@dataclass(frozen=True, slots=True)
class BarChart:
    bars: Sequence[Bar]
    height: int
    width: int = WIDTH


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


def bar_chart(rows: Sequence[tuple[str, int]]) -> BarChart:
    highest = max((value for _label, value in rows), default=0) or 1
    bars = [
        Bar(label, value, number * _ROW, _text(value / highest * (WIDTH - 80)))
        for number, (label, value) in enumerate(rows)
    ]
    return BarChart(bars, height=max(1, len(rows)) * _ROW)


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
    return _LEFT + (WIDTH - _LEFT - _RIGHT) * (number / (count - 1) if count > 1 else 0.5)


def _y(value: float, highest: float) -> float:
    return _TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - value / highest)


def _dates(days: Sequence[date], xs: Sequence[float]) -> Sequence[Tick]:
    step = ceil(len(days) / _MOST_DATES) or 1
    return [
        Tick(_text(x), date_format(day, "j.m"))
        for day, x in list(zip(days, xs, strict=True))[::step]
    ]


def _round_up(value: float) -> float:
    """To 2, 4, 10, 20, 40, 100…: halves of it are whole too."""
    if value <= 2:  # noqa: PLR2004
        return 2
    power = 10 ** int(log10(value))
    return float(next(step * power for step in (1, 2, 4, 10, 20) if step * power >= value))


def _text(number: float) -> str:
    """With a point in any language: it is for a program."""
    return f"{number:.1f}"
