"""Read untrusted files in child processes, which limit themselves before they read.

A file of a few kilobytes can demand gigabytes of memory or hours of work, or make a library crash.
The child is one of our modules, run as a program; nothing here imports Django.
"""

import resource
import signal
import subprocess
import sys
from pathlib import Path

_PROJECT = Path(__file__).parent.parent
# No other variables: the environment of our processes holds secrets, and the file is untrusted.
_ENVIRONMENT = {"PYTHONUTF8": "1"}
# From the kernel: at the limit of processor time, or because the machine has no memory left.
_ENDED_BY = {-signal.SIGKILL, -signal.SIGXCPU}
# What Python, Rust and C++ write when an allocation fails.
_OUT_OF_MEMORY = (b"MemoryError", b"memory allocation of", b"bad_alloc")


class ChildTooDemanding(Exception):
    """The child met its limit on memory or on time."""


class ChildFailed(Exception):
    """The child ended with an error.

    `code` is its exit code: one that it chose, 1 for an exception that it did not catch, or the
    negative number of the signal by which it crashed.
    """

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def limit_process(*, memory: int, cpu_seconds: int) -> None:
    """Limit this process, for the rest of its life; a child calls it before the first byte."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    # No file can be written at all, also no core dump; pipes are not limited by this.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def run_child(module: str, *arguments: str, content: bytes = b"", seconds: float) -> bytes:
    """Run a module on `content` as its standard input and return its standard output.

    `seconds` is wall time, more than the child's own limit on processor time: that one does not
    count while the machine is busy, and does not end a child that only waits. Raises
    `ChildTooDemanding` and `ChildFailed`.
    """
    try:
        child = _run([sys.executable, "-m", module, *arguments], content, seconds)
    except subprocess.TimeoutExpired as error:
        raise ChildTooDemanding from error
    if has_met_limit(child.returncode, child.stderr):
        raise ChildTooDemanding
    if child.returncode:
        raise ChildFailed(child.returncode)
    return child.stdout


def has_met_limit(code: int, errors: bytes) -> bool:
    """Return whether a child with this exit code and standard error needed more than it may.

    A library that does not check its allocations crashes when the memory is used up. Nothing tells
    this from another crash, so it is taken for one.
    """
    return code in _ENDED_BY or (code != 0 and any(words in errors for words in _OUT_OF_MEMORY))


def _run(command: list[str], content: bytes, seconds: float) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603  # our own module, and no shell looks at the arguments
        command,
        input=content,
        capture_output=True,
        timeout=seconds,
        # Python finds the module given with `-m` from the working directory.
        cwd=_PROJECT,
        env=_ENVIRONMENT,
        check=False,
    )
