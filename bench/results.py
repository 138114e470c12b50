"""Ratios with their targets, as a table in Markdown, and their comparison with an earlier table.

The table of `bench/results.md` is both what people read and what the next run is compared with.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from enum import StrEnum
from pathlib import Path

from bench.rounds import Spread

_ROW = re.compile(
    r"^\| (?P<name>[^|]+?) \| (?P<median>[\d.]+) \| (?P<low>[\d.]+)–(?P<high>[\d.]+) "
    r"\| (?P<bound>[≥≤])? ?(?P<target>[\d.]+)?[^|]*\|",
    re.MULTILINE,
)


_HANDED_OVER = "BENCH_PART"


class Bound(StrEnum):
    AT_LEAST = "≥"
    AT_MOST = "≤"


@dataclass(frozen=True, slots=True)
class Target:
    bound: Bound
    value: float

    def is_met(self, figure: float) -> bool:
        return figure >= self.value if self.bound is Bound.AT_LEAST else figure <= self.value

    def __str__(self) -> str:
        return f"{self.bound} {self.value:g}"


def at_least(value: float) -> Target:
    return Target(Bound.AT_LEAST, value)


def at_most(value: float) -> Target:
    return Target(Bound.AT_MOST, value)


@dataclass(frozen=True, slots=True)
class Result:
    """A figure that can be compared between runs. Without a target, more is better."""

    name: str
    spread: Spread
    target: Target | None = None

    @property
    def verdict(self) -> str:
        if self.target is None:
            return ""
        return "met" if self.target.is_met(self.spread.median) else "missed"


def table(results: Iterable[Result]) -> Iterator[str]:
    """Yield the lines of the table that `read` reads."""
    yield "| | median | quartiles | target | |"
    yield "|---|---|---|---|---|"
    for result in results:
        median, low, high = map(_short, astuple(result.spread))
        target = str(result.target or "")
        yield f"| {result.name} | {median} | {low}–{high} | {target} | {result.verdict} |"


def _short(figure: float) -> str:
    """Return three significant digits, never with an exponent."""
    return f"{figure:.0f}" if figure >= 100 else f"{figure:#.3g}".rstrip(".")


def read(text: str) -> dict[str, Result]:
    """Return the results of the tables in a text, by name."""
    results = {}
    for row in _ROW.finditer(text):
        spread = Spread(*(float(row[name]) for name in ("median", "low", "high")))
        target = Target(Bound(row["bound"]), float(row["target"])) if row["bound"] else None
        results[row["name"]] = Result(row["name"], spread, target)
    return results


def fallen(before: Mapping[str, Result], after: Sequence[Result]) -> Iterator[str]:
    """Yield a sentence for each result that became worse by more than the noise of both runs."""
    for result in after:
        earlier = before.get(result.name)
        if earlier is None:
            continue
        loss = earlier.spread.median - result.spread.median
        if result.target is not None and result.target.bound is Bound.AT_MOST:
            loss = -loss
        noise = earlier.spread.noise + result.spread.noise
        if loss > noise:
            yield (
                f"{result.name}: {_short(result.spread.median)}, was "
                f"{_short(earlier.spread.median)}, more than the noise of ±{_short(noise)}."
            )


@dataclass(frozen=True, slots=True)
class Part:
    """What one program has measured: the conditions, a table of figures, and the results."""

    title: str
    conditions: Sequence[str]
    lines: Sequence[str]
    results: Sequence[Result]

    def report(self) -> Iterator[str]:
        if self.lines:
            yield from ("", *self.lines)
        if self.results:
            yield from ("", *table(self.results))


def publish(part: Part) -> None:
    """Print a part, and hand it to `python -m bench` if that has started the program."""
    print(*part.report(), sep="\n", flush=True)
    if path := os.environ.get(_HANDED_OVER):
        handed = [part.title, part.conditions, part.lines, list(table(part.results))]
        Path(path).write_text(json.dumps(handed))


def handed_over(path: Path) -> Part:
    title, conditions, lines, rows = json.loads(path.read_text())
    return Part(title, conditions, lines, list(read("\n".join(rows)).values()))


def handing_over_to(path: Path) -> dict[str, str]:
    """Return the environment of a program whose part `handed_over` reads."""
    return {_HANDED_OVER: str(path)}
