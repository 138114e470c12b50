"""Count what fuzzing tried and found.

A long run (`make fuzz`) keeps its counts in `var/fuzz`, so that runs add up, and the requests and
files that failed. `python -m tests.support.fuzz_tally` prints the counts as a table.
"""

import os
import time
from dataclasses import dataclass, field, fields
from pathlib import Path

from tests.support.counts_file import read_counts, write_counts
from tests.support.paths import ROOT

FOLDER = ROOT / "var/fuzz"
IS_LONG = os.environ.get("FUZZ") == "long"
# Of one surface in one run; the next run goes on from there.
_SECONDS = float(os.environ.get("FUZZ_SECONDS") or 3600)
_FAILURES_KEPT = 200


@dataclass(slots=True)
class Count:
    """`next` is the number of the first case that was not tried.

    `stopped` were ended at a limit, as they should be; `over` took more than the limit.
    """

    cases: int = 0
    next: int = 0
    errors: int = 0
    violations: int = 0
    stopped: int = 0
    over: int = 0


@dataclass
class Tally:
    """The counts of one surface by part: a role, or a file."""

    surface: str
    counts: dict[str, Count] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    _until: float = field(default_factory=lambda: time.monotonic() + _SECONDS)

    @property
    def is_over_time(self) -> bool:
        return IS_LONG and time.monotonic() > self._until

    def of(self, part: str) -> Count:
        return self.counts.setdefault(part, Count())

    def fail(self, part: str, kind: str, detail: object, content: bytes = b"") -> None:
        """Count a failure; `kind` is the name of the count."""
        count = self.of(part)
        setattr(count, kind, getattr(count, kind) + 1)
        self.failures.append(f"{part}: {kind}: {detail}")
        folder = FOLDER / self.surface
        if IS_LONG and len(self.failures) <= _FAILURES_KEPT:
            folder.mkdir(parents=True, exist_ok=True)
            name = f"{part}-{count.next}-{time.time_ns()}".replace("/", "_").replace(" ", "-")
            (folder / f"{name}.txt").write_text(f"{kind}\n{detail}\n", errors="backslashreplace")
            (folder / f"{name}.content").write_bytes(content)

    def save(self) -> None:
        if IS_LONG:
            write_counts(_path(self.surface), self.counts)


def tally_of(surface: str) -> Tally:
    """Return the counts of earlier long runs; a short run begins with none."""
    tally = Tally(surface)
    if IS_LONG:
        tally.counts = read_counts(_path(surface), Count)
    return tally


def _path(surface: str) -> Path:
    return FOLDER / f"{surface}.json"


def table() -> str:
    names = [one.name for one in fields(Count) if one.name != "next"]
    lines = [["surface", "role or file", *names]]
    for path in sorted(FOLDER.glob("*.json")):
        counts = read_counts(path, Count)
        lines += [
            [path.stem, part, *(str(getattr(count, name)) for name in names)]
            for part, count in counts.items()
        ]
        totals = [str(sum(getattr(count, name) for count in counts.values())) for name in names]
        lines.append([path.stem, "ALL", *totals])
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at < 2 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )


if __name__ == "__main__":
    print(table())  # noqa: T201 - its output is the report
