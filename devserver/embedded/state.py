"""How one command learns that another runs the servers of a folder. Needs no wheel."""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent.parent
_LOCK, _STATE = "lock", "servers.json"


class AlreadyRunningError(Exception):
    """Another living process holds the folder."""

    def __init__(self, directory: Path, pid: str) -> None:
        super().__init__(f"The servers in {directory} are already run by process {pid}.")


def var_directory() -> Path:
    """Return the folder for all generated files, the same as in the settings."""
    return Path(os.environ.get("VAR_DIR", _ROOT / "var"))


@contextmanager
def claimed(directory: Path) -> Iterator[None]:
    """Hold the folder; the system lets go of it when the process ends, however it ends."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / _LOCK).open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise AlreadyRunningError(directory, lock.read()) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        (directory / _STATE).unlink(missing_ok=True)
        yield


def announce(directory: Path, environment: Mapping[str, str]) -> None:
    """Tell later commands the environment. Only the owner may read it: it holds a password."""
    descriptor = os.open(directory / _STATE, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w") as state:
        json.dump(dict(environment), state)


def announced(directory: Path) -> dict[str, str]:
    """The environment announced by the process that holds the folder now; empty if none does."""
    lock, state = directory / _LOCK, directory / _STATE
    if not (lock.exists() and _is_held(lock) and state.exists()):
        return {}
    environment: dict[str, str] = json.loads(state.read_text())
    return environment


def _is_held(lock: Path) -> bool:
    with lock.open() as probe:
        try:
            fcntl.flock(probe, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
