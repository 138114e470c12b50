"""Keeps processes running together, and stops them together."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from devserver.embedded.server import last_lines, launch
from devserver.processes import Process

_SECONDS_TO_STOP = 20


class ProcessEndedError(Exception):
    """A process ended unexpectedly; the message has the last lines of its log."""


@dataclass(frozen=True, slots=True)
class Child:
    name: str
    process: subprocess.Popen[bytes]
    log: Path
    output: TextIO

    def new_lines(self) -> Iterator[str]:
        position = self.output.tell()
        while (line := self.output.readline()).endswith("\n"):
            yield line.rstrip()
            position = self.output.tell()
        self.output.seek(position)  # before a line that is still being written


@contextmanager
def running_together(
    processes: Sequence[Process], *, logs: Path, environment: Mapping[str, str] | None = None
) -> Iterator[list[Child]]:
    """Run processes whose output goes to `logs/<name>`. All are stopped at the end of the block.

    `environment` is added to that of this process.
    """
    children: list[Child] = []
    try:
        children.extend(start(process, logs=logs, environment=environment) for process in processes)
        yield children
    finally:
        stop(children)


def require_all(children: Sequence[Child]) -> None:
    """Raise ProcessEndedError if any of them is gone."""
    for child in children:
        if (code := child.process.poll()) is not None:
            raise ProcessEndedError(
                f"The process {child.name} ended by itself (exit code {code}). "
                f"Its last words:\n{last_lines(child.log)}"
            )


def start(process: Process, *, logs: Path, environment: Mapping[str, str] | None = None) -> Child:
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / f"{process.name}.log"
    log.unlink(missing_ok=True)
    started = launch(process.command, log=log, stop_signal=signal.SIGTERM, environment=environment)
    return Child(process.name, started, log, log.open(errors="replace"))


def stop(children: Sequence[Child]) -> None:
    """Ask each process alone, for Celery lets its pool finish; then end what any left behind."""
    for child in children:
        child.process.terminate()
    deadline = time.monotonic() + _SECONDS_TO_STOP
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.process.wait(max(0, deadline - time.monotonic()))
        with suppress(ProcessLookupError):
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()
        child.output.close()
