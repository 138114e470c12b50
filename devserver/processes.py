"""The processes of a working Otklik, as `make run` and the functional tests start them."""

import sys
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_BIN = Path(sys.executable).parent
_CELERY = (str(_BIN / "celery"), "--quiet", "-A", "config")


@dataclass(frozen=True, slots=True)
class Process:
    name: str
    command: tuple[str, ...]


def web(
    port: int, *, workers: int = 1, application: str = "config.wsgi:application", name: str = "web"
) -> Process:
    options = ("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port))
    # Left to itself Granian opens more threads than PostgreSQL has connections. Slow requests and
    # bodies that are being received take 63 at most (core/slow_requests.py, config/wsgi.py), so one
    # always answers prepared pages.
    threads = ("--blocking-threads", "64")
    processes = ("--workers", str(workers))
    served = ("--no-ws", application)
    return Process(name, (str(_BIN / "granian"), *options, *processes, *threads, *served))


# A single worker needs no gossip, and discovering peers takes a second.
worker = Process(
    "worker",
    (
        *_CELERY,
        *("worker", "--queues", "default,mail,documents", "--concurrency", "2"),
        *("--without-gossip", "--without-mingle"),
    ),
)
beat = Process("beat", (*_CELERY, "beat"))
relay = Process("relay", (sys.executable, str(_ROOT / "manage.py"), "relay"))
