"""Measure the product and its ceilings, and compare with the figures in `bench/results.md`.

    python -m bench [--only PART[,PART…]] [--rounds N] [--seconds N] [--to FILE]

Each part is a program of its own on its own durable servers. The figures go to `bench/results.md`,
which is committed; those of a run of some parts go to `var/bench-results.md`. The exit status is 1
if a ratio fell by more than the noise.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.results import Part, fallen, handed_over, handing_over_to, read

ROOT = Path(__file__).resolve().parent.parent
COMMITTED = Path("bench/results.md")
PARTS = ("discussion", "certificates", "issue", "previews", "bulk", "screening", "growth")
_SERVERS = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "VAR_DIR"}
_ON_DURABLE_SERVERS = (sys.executable, "-m", "devserver.embedded", "--durable", sys.executable)


def measure(name: str, arguments: Sequence[str]) -> Part:
    """Run the program of a part; raise CalledProcessError if it fails."""
    # Each part begins with empty servers, not with those that this process was given.
    environment = {key: value for key, value in os.environ.items() if key not in _SERVERS}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "part"
        print(f"\n# {name}", flush=True)
        subprocess.run(
            [*_ON_DURABLE_SERVERS, "-m", f"bench.{name}", *arguments],
            cwd=ROOT,
            env=environment | handing_over_to(path),
            check=True,
        )
        return handed_over(path)


def page(parts: Sequence[Part]) -> Iterator[str]:
    yield "# Results of `make bench`"
    yield ""
    yield f"Written by the run of {datetime.now(UTC):%Y-%m-%d}; docs/speed.md says what each means."
    for part in parts:
        yield from ("", f"## {part.title}", "")
        yield from (f"- {line}" for line in part.conditions)
        yield from part.report()
    yield ""


def committed() -> str:
    """Return the committed results; nothing if there are none yet."""
    result = subprocess.run(
        ["git", "show", f"HEAD:{COMMITTED}"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return result.stdout


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--only", default=",".join(PARTS), help=f"of {', '.join(PARTS)}")
    parser.add_argument("--rounds", default="7", help="of the discussion")
    parser.add_argument("--seconds", default="5", help="of each act in a round of the discussion")
    parser.add_argument("--to", type=Path, help="the file to write")
    options = parser.parse_args()
    names = options.only.split(",")
    if unknown := set(names) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    rounds = {"discussion": [options.rounds, options.seconds]}
    parts = [measure(name, rounds.get(name, ())) for name in names]
    is_whole = set(names) == set(PARTS)
    file = ROOT / (options.to or (COMMITTED if is_whole else "var/bench-results.md"))
    worse = list(fallen(read(committed()), [result for part in parts for result in part.results]))
    file.write_text("\n".join(page(parts)))
    print(f"\nWritten to {file}.")
    print(*(["Fell since the committed run:", *worse] if worse else ["No ratio fell."]), sep="\n")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
