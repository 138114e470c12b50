"""How many instructions an act takes, which other work on the machine does not change.

    python -m devserver.embedded python -m bench.instructions [--write] [ACT…]

Prints what a post, a kept page, a decision, a preview and a certificate take, in the process that
does them (PostgreSQL and Valkey are not counted), and what rose by more than 2 % since
`bench/instructions.json` was written. The exit status is 1 if one has. `--write` writes the file.
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

# How many of each act are counted: enough that what callgrind's own commands take is no matter.
COUNTED = {"kept page": 500, "post": 10, "decision": 10, "preview": 2, "certificate": 4}
ACTS = tuple(COUNTED)
# Acts before the counting begins.
WARM_UP = 5
COMMITTED = Path(__file__).parent / "instructions.json"
RISE = 0.02


def measure(names: list[str]) -> dict[str, int]:
    """Run the acts under callgrind; return the instructions of one of each."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            "valgrind",
            "--tool=callgrind",
            "--instr-atstart=no",
            f"--callgrind-out-file={folder}/out",
            *(sys.executable, "-m", "bench.counted", *names),
        ]
        # The order of sets of strings, and one thread for Typst.
        fixed = {"PYTHONHASHSEED": "0", "RAYON_NUM_THREADS": "1"}
        with (Path(folder) / "log").open("w") as log:
            result = subprocess.run(
                command, env=os.environ | fixed, stdout=log, stderr=log, check=False
            )
        if result.returncode:
            raise SystemExit((Path(folder) / "log").read_text()[-4_000:])
        dumps = [path.read_text() for path in sorted(Path(folder).glob("out.*"))]
    counted = dict(filter(None, map(of_dump, dumps)))
    return {name: counted[name] // COUNTED[name] for name in names}


def of_dump(text: str) -> tuple[str, int] | None:
    """Return the act that a dump of callgrind names, and its instructions."""
    trigger = re.search(r"^desc: Trigger: dump (.*)$", text, re.MULTILINE)
    total = re.search(r"^(?:totals|summary): (\d+)", text, re.MULTILINE)
    if trigger is None or total is None:
        return None
    return trigger[1].strip(), int(total[1])


def risen(before: Mapping[str, int], after: Mapping[str, int]) -> Iterator[str]:
    """Yield a sentence for each act that takes more instructions than the noise explains."""
    for name, count in after.items():
        if name in before and count > before[name] * (1 + RISE):
            rise = count / before[name] - 1
            yield f"{name}: {count:,} instructions, {100 * rise:.1f} % more than {before[name]:,}."


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.instructions")
    parser.add_argument("acts", nargs="*", metavar="ACT", help=f"of {', '.join(ACTS)}")
    parser.add_argument(
        "--write", action="store_true", help="write what the next run compares with"
    )
    options = parser.parse_args()
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], check=True)
    counts = measure(options.acts or list(ACTS))
    committed = json.loads(COMMITTED.read_text()) if COMMITTED.exists() else {}
    before = committed.get("instructions", {})
    for name, count in counts.items():
        change = f"{100 * (count / before[name] - 1):+.2f} %" if name in before else ""
        print(f"{name:14}{count:>15,} {change}")
    if committed and committed["python"] != platform.python_version():
        print(f"The committed figures are of Python {committed['python']}.")
    if options.write:
        content = {"python": platform.python_version(), "instructions": before | counts}
        COMMITTED.write_text(json.dumps(content, indent=2) + "\n")
        return 0
    worse = list(risen(before, counts))
    print(*worse, sep="\n")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
