"""A clock that only the processes started with it see, and that a test sets forward or back.

Debian's package faketime changes what the C library answers, so it reaches every program that is
linked with it: Python, PostgreSQL, Valkey, Granian. Timeouts are measured by another clock of the
system, which goes on as it does when an administrator sets the time.
"""

import os
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path


def _library():
    """The variant for programs with threads."""
    found = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
    if found is None:
        raise RuntimeError("Debian's package faketime is missing: apt-get install faketime")
    return found


@dataclass(frozen=True, slots=True)
class Clock:
    file: Path

    @property
    def environment(self):
        """Return the environment in which a process sees this clock."""
        return {
            "LD_PRELOAD": str(_library()),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "DONT_FAKE_MONOTONIC": "1",
            # Seconds after which a process reads the file again.
            "FAKETIME_CACHE_DURATION": "1",
            "PYTHONPATH": str(Path(__file__).with_name("preloaded")),
        }

    def set(self, offset):
        """Set it so far ahead of the real one, or behind."""
        draft = self.file.with_suffix(".new")
        draft.write_text(f"{round(offset.total_seconds()):+d}\n")
        # PostgreSQL may run as another user.
        draft.chmod(0o644)
        draft.replace(self.file)


def clock_in(folder):
    """Return a clock that shows the real time, in a folder that all users may enter."""
    clock = Clock(folder / "clock")
    clock.set(timedelta(0))
    return clock


@contextmanager
def started_with(clock):
    """Give the clock to each process that is started within the block."""
    before = {name: os.environ.get(name) for name in clock.environment}
    os.environ.update(clock.environment)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
