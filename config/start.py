"""`make run`: everything on one machine, with the demo publication in it."""

import hashlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Never

from config import messages, processes
from config.embedded.server import ServerFailedError
from config.embedded.servers import running
from config.embedded.state import AlreadyRunningError, announce
from config.supervisor import Child, ProcessEndedError, require_all, running_together

_ROOT = Path(__file__).resolve().parent.parent
_RUN = _ROOT / "var/run"
_LOGS = _ROOT / "var/log"
# Beside the data that they speak of, to vanish together with them.
_PREPARED, _GUIDE = _RUN / "postgresql/prepared", _RUN / "postgresql/guide.txt"
_SECONDS_TO_ANSWER = 60


class CannotStartError(Exception):
    """What stands in the way, in words for the person at the terminal."""


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop_once)
    try:
        _run(int(os.environ.get("PORT", "8000")))
    except KeyboardInterrupt:
        print("Stopped. The data stay in var/run.")
    except AlreadyRunningError as error:
        sys.exit(f"\nOtklik is running from this folder already: {error} Stop it there by Ctrl-C.")
    except (CannotStartError, ServerFailedError, ProcessEndedError) as error:
        sys.exit(f"\n{error}")


def _stop_once(_number: int, _frame: FrameType | None) -> Never:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    print("\nStopping…", flush=True)
    raise KeyboardInterrupt


def _run(port: int) -> None:
    with ExitStack() as stack:
        with _step("PostgreSQL and Valkey"):
            servers = stack.enter_context(running(_RUN))
        _require_free(port)
        demo = {"DEMO": "1", "BASE_URL": f"http://127.0.0.1:{port}"}
        is_database_ours = "DATABASE_URL" not in os.environ
        os.environ.update(servers | demo)
        announce(_RUN, servers | demo)
        _prepare(is_database_ours=is_database_ours)
        with _step("Web, worker, beat and relay"):
            everything = [processes.web(port), processes.worker, processes.beat, processes.relay]
            children = stack.enter_context(running_together(everything, logs=_LOGS))
            _wait_for_answer(port, children)
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


def _prepare(*, is_database_ours: bool) -> None:
    with _step("Translations"):
        messages.compile_changed()
    digest = _digest()
    if is_database_ours and _PREPARED.exists() and _PREPARED.read_text() == digest:
        return
    with _step("Database"):
        _manage("migrate", "--verbosity=0")
    with _step("Demo publication"):
        guide = _manage("load_demo")
    _GUIDE.parent.mkdir(parents=True, exist_ok=True)
    _GUIDE.write_text(guide)
    _PREPARED.write_text(digest)


def _digest() -> str:
    """Changes whenever migrating or loading the demo would have something to do."""
    digest = hashlib.sha256(os.environ["BASE_URL"].encode())
    demo = (path for path in (_ROOT / "demo").rglob("*") if "__pycache__" not in path.parts)
    for path in sorted((_ROOT / "requirements/base.txt", *_ROOT.glob("*/migrations/*.py"), *demo)):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _manage(*arguments: str) -> str:
    result = subprocess.run(
        [sys.executable, _ROOT / "manage.py", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise CannotStartError(f"manage.py {arguments[0]} failed:\n{result.stderr.strip()}")
    return result.stdout


def _wait_for_answer(port: int, children: Sequence[Child]) -> None:
    deadline = time.monotonic() + _SECONDS_TO_ANSWER
    while said := _what_stands_in_the_way(port):
        require_all(children)
        if time.monotonic() > deadline:
            raise CannotStartError(
                f"Otklik is not ready after {_SECONDS_TO_ANSWER} seconds: {said}\n"
                f"What its processes said is in {_LOGS}."
            )
        time.sleep(0.1)


def _what_stands_in_the_way(port: int) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        return "" if answer.status == http.HTTPStatus.OK else answer.read().decode()
    except OSError as error:
        return f"no answer at port {port} ({error})"
    finally:
        connection.close()


def _show_output(children: Sequence[Child]) -> None:
    width = max(len(child.name) for child in children)
    while True:
        for child in children:
            for line in child.new_lines():
                print(f"{child.name:{width}} | {line}", flush=True)
        require_all(children)
        time.sleep(0.2)


if __name__ == "__main__":
    main()
