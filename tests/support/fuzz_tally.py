"""Count what fuzzing tried and found.

A long run (`make fuzz`) keeps its counts in `var/fuzz`, so that runs add up, and the requests and
files that failed. `python -m tests.support.fuzz_tally` prints the counts as a table.
"""

import json
import os
import time
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

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
        if not IS_LONG:
            return
        FOLDER.mkdir(parents=True, exist_ok=True)
        counts = {part: asdict(count) for part, count in self.counts.items()}
        draft = FOLDER / f"{self.surface}.draft"
        draft.write_text(json.dumps(counts, indent=1))
        # Renamed, so that the file is complete even if the run ends here.
        draft.rename(_path(self.surface))


def tally_of(surface: str) -> Tally:
    """Return the counts of earlier long runs; a short run begins with none."""
    tally = Tally(surface)
    if IS_LONG and _path(surface).exists():
        kept: dict[str, Any] = json.loads(_path(surface).read_text())
        tally.counts = {part: Count(**count) for part, count in kept.items()}
    return tally


def _path(surface: str) -> Path:
    return FOLDER / f"{surface}.json"


def table() -> str:
    names = [one.name for one in fields(Count) if one.name != "next"]
    lines = [["surface", "role or file", *names]]
    for path in sorted(FOLDER.glob("*.json")):
        parts = [Count(**count) for count in json.loads(path.read_text()).values()]
        lines += [
            [path.stem, part, *(str(count[name]) for name in names)]
            for part, count in json.loads(path.read_text()).items()
        ]
        totals = [str(sum(getattr(count, name) for count in parts)) for name in names]
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
