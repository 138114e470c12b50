import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_SECONDS_TO_START = 60
_SECONDS_TO_STOP = 30
_LINES_OF_LOG = 12


class ServerFailedError(Exception):
    """A server that did not come up, with the end of its log in the message."""


@dataclass(frozen=True, slots=True)
class Server:
    url: str
    process: subprocess.Popen[bytes]
    stop_signal: signal.Signals
    scratch: Path | None = None

    def stop(self) -> None:
        self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(_SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.scratch:
            shutil.rmtree(self.scratch, ignore_errors=True)


def launch(
    command: Sequence[str | Path],
    *,
    log: Path,
    stop_signal: signal.Signals,
    privileges: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a server that outlives Ctrl-C in the terminal, but not the process that started it.

    `privileges` are options of setpriv(1); `environment` is added to our own.
    """
    with log.open("ab") as output:
        return subprocess.Popen(
            [*until_parent_dies(stop_signal, privileges), *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=os.environ | (environment or {}),
        )


def until_parent_dies(stop_signal: signal.Signals, privileges: Sequence[str] = ()) -> list[str]:
    # A parent that is killed cannot stop its children; on Linux the kernel does it for it.
    # One call does both: a later change of user would clear the death signal.
    setpriv = shutil.which("setpriv")
    signal_name = stop_signal.name.removeprefix("SIG")
    return [setpriv, f"--pdeathsig={signal_name}", *privileges, "--"] if setpriv else []


def wait_until(
    ready: Callable[[], bool], *, name: str, process: subprocess.Popen[bytes], log: Path
) -> None:
    deadline = time.monotonic() + _SECONDS_TO_START
    while not ready():
        if process.poll() is not None:
            raise ServerFailedError(f"{name} did not start. Its last words:\n{last_lines(log)}")
        if time.monotonic() > deadline:
            process.kill()
            process.wait()
            raise ServerFailedError(
                f"{name} gave no answer in {_SECONDS_TO_START} seconds. "
                f"Its last words:\n{last_lines(log)}"
            )
        time.sleep(0.02)


def last_lines(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return "\n".join(f"    {line}" for line in lines[-_LINES_OF_LOG:]) or f"    ({log} is empty)"
