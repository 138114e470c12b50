"""`make run`: everything on one machine, with the demo publication in it."""

import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from types import FrameType
from typing import Never

from devserver import messages, preparation, processes
from devserver.embedded.server import ServerFailedError
from devserver.embedded.servers import running
from devserver.embedded.state import AlreadyRunningError, announce, var_directory
from devserver.supervisor import Child, ProcessEndedError, require_all, running_together

_RUN = var_directory() / "run"
_LOGS = var_directory() / "log"
# Stored inside the data folder, so that they are deleted together with the data.
_PREPARED, _GUIDE = _RUN / "postgresql/prepared", _RUN / "postgresql/guide.txt"
_SECONDS_TO_START = 60
_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class CannotStartError(Exception):
    """A problem that prevents the start, worded for the person at the terminal."""


def main() -> None:
    for number in _STOPS:
        signal.signal(number, _stop_once)
    try:
        with _own_terminal():
            _run(int(os.environ.get("PORT", "8000")))
    except KeyboardInterrupt:
        print(f"Stopped. The data stay in {_RUN}.")
    except AlreadyRunningError as error:
        sys.exit(f"\nOtklik is running from this folder already: {error} Stop it there by Ctrl-C.")
    except (
        CannotStartError,
        ProcessEndedError,
        ServerFailedError,
        preparation.PreparationError,
    ) as error:
        sys.exit(f"\n{error}")


def _stop_once(_number: int, _frame: FrameType | None) -> Never:
    for number in _STOPS:
        signal.signal(number, signal.SIG_IGN)
    print("\nStopping…", flush=True)
    raise KeyboardInterrupt


@contextmanager
def _own_terminal() -> Iterator[None]:
    """Let Ctrl-C reach only this process, because make would report it as a failure."""
    if not sys.stdin.isatty() or os.tcgetpgrp(0) != os.getpgrp() or os.getpgrp() == os.getpid():
        yield
        return
    before = os.getpgrp()
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # else handing the terminal back would stop us
    signal.signal(signal.SIGTSTP, signal.SIG_IGN)  # make would not notice, nor the shell
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpgrp())
    try:
        yield
    finally:
        os.tcsetpgrp(0, before)


def _run(port: int) -> None:
    with ExitStack() as stack:
        with _step("PostgreSQL and Valkey"):
            servers = stack.enter_context(running(_RUN))
        _require_free(port)
        environment = servers | {"DEMO": "1", "BASE_URL": f"http://127.0.0.1:{port}"}
        is_database_ours = "DATABASE_URL" not in os.environ
        os.environ.update(environment)
        announce(_RUN, environment)
        messages.compile_changed()
        if not is_database_ours or not _is_prepared():
            _prepare()
        os.environ.pop("DATABASE_OWNER_URL", None)  # no process of the product needs it
        with _step("Web, worker, beat and relay"):
            # The web server first and alone, for it is what the person waits for.
            children = stack.enter_context(running_together([processes.web(port)], logs=_LOGS))
            _wait_until(lambda: _status(port) is not None, children)
            others = [processes.worker, processes.beat, processes.relay]
            children += stack.enter_context(running_together(others, logs=_LOGS))
            _wait_until(lambda: _status(port) == HTTPStatus.OK, children)
        print(f"\n{_GUIDE.read_text()}\nCtrl-C stops everything.\n", flush=True)
        _show_output(children)


@contextmanager
def _step(name: str) -> Iterator[None]:
    print(f"{name}… ", end="", flush=True)
    begun = time.monotonic()
    yield
    print(f"{time.monotonic() - begun:.1f} s", flush=True)


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CannotStartError(
                f"Port {port} cannot be used ({error.strerror}).\n"
                f"Choose another one: make run PORT={port + 1}"
            ) from error


def _is_prepared() -> bool:
    return _PREPARED.exists() and _PREPARED.read_text() == preparation.digest()


def _prepare() -> None:
    with _step("Database"):
        preparation.migrate()
    with _step("Demo publication"):
        guide = preparation.load_demo()
    _GUIDE.parent.mkdir(parents=True, exist_ok=True)
    _GUIDE.write_text(guide)
    _PREPARED.write_text(preparation.digest())


def _wait_until(is_done: Callable[[], bool], children: Sequence[Child]) -> None:
    deadline = time.monotonic() + _SECONDS_TO_START
    while not is_done():
        require_all(children)
        if time.monotonic() > deadline:
            raise CannotStartError(
                f"Otklik is not ready after {_SECONDS_TO_START} seconds. "
                f"/readyz says why; what the processes said is in {_LOGS}."
            )
        time.sleep(0.1)


def _status(port: int) -> int | None:
    """Return the status of /readyz, or None while the web server does not respond."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()


def _show_output(children: Sequence[Child]) -> None:
    width = max(len(child.name) for child in children)
    for child in children:
        child.output.seek(0, os.SEEK_END)  # how they started is in the files, should it matter
    while True:
        for child in children:
            for line in child.new_lines():
                print(f"{child.name:{width}} | {line}", flush=True)
        require_all(children)
        time.sleep(0.2)


if __name__ == "__main__":
    main()
