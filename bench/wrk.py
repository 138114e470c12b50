"""Run wrk, a separate process with one thread and 32 connections, and read its report."""

import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

CONNECTIONS = 32
REQUESTS = Path(__file__).parent / "lua/requests.lua"
_MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1_000.0, "m": 60_000.0}


@dataclass(frozen=True, slots=True)
class Load:
    """The requests of one act.

    `paths` are drawn at random. Of `posts_in` requests one is a post; 0 means none, 1 all.
    """

    paths: Sequence[str]
    headers: Mapping[str, str] = field(default_factory=dict)
    posts_in: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """The rate is of requests a second, latencies are in milliseconds."""

    rate: float
    p50: float
    p99: float
    requests: int
    refused: int
    broken: int


class LoadFailedError(Exception):
    """A run whose figures would not be those of the act."""


def run(base: str, load: Load, *, seconds: float, folder: Path, sessions: Path) -> Report:
    """Load `base`; raise `LoadFailedError` if requests were refused or broken."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", "--timeout", "30s"]
    command.append("--latency")
    for name, value in load.headers.items():
        command += ["-H", f"{name}: {value}"]
    # Without a script wrk repeats one request and takes the least of the processor.
    if load.posts_in or len(load.paths) > 1:
        paths = folder / "paths"
        paths.write_text("\n".join(load.paths))
        script = ["--", str(paths), str(sessions), str(load.posts_in)]
        command += ["-s", str(REQUESTS), base, *script]
    else:
        command.append(base + load.paths[0])
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    report = parse(output)
    if report.broken or report.refused > report.requests / 1_000:
        raise LoadFailedError(f"{' '.join(command)}\n{output}")
    return report


def parse(output: str) -> Report:
    """Read what wrk prints with `--latency`."""
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout", output)
    return Report(
        rate=float(_found(r"Requests/sec:\s+([\d.]+)", output)[0]),
        p50=_latency(50, output),
        p99=_latency(99, output),
        requests=int(_found(r"(\d+) requests in", output)[0]),
        refused=int(refused[1]) if refused else 0,
        broken=sum(map(int, broken.groups())) if broken else 0,
    )


def _latency(percentage: int, output: str) -> float:
    number, unit = _found(rf"\b{percentage}%\s+([\d.]+)(us|ms|s|m)\b", output)
    return float(number) * _MILLISECONDS[unit]


def _found(pattern: str, output: str) -> tuple[str, ...]:
    match = re.search(pattern, output)
    if match is None:
        raise LoadFailedError(f"wrk's report lacks {pattern}:\n{output}")
    return match.groups()
