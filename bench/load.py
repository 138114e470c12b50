"""The discussion over HTTP under load: `python bench/load.py [seconds]`, on the database of
DATABASE_URL, with Granian and settings as in production (two workers of two threads), driven by
wrk.

Posting at 32 clients: a session, limits, every phase of screening, the revision, the outbox, fsync.
Reading the same thread: plain, compressed, unchanged; compared with Django returning as many
bytes from memory. And pgbench with an insert and a counter, in the same run. Of posting also what
one post takes of a processor, here and in PostgreSQL: on a machine that does other work, too, the
rate says little, and that says how many a quiet one would do.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django

django.setup()  # models are defined in what is imported below

from django.conf import settings
from django.db import connection
from django.test import Client

from accounts.actions import register_person
from bench.comments import Bench
from comments.models import Comment

HERE = Path(__file__).resolve().parent
BIN = Path(sys.executable).parent
BASE = "http://127.0.0.1:8765"
READERS = 64
# The first text that a process screens makes it compile the word lists.
WARMING = 12
PGBENCH = """
INSERT INTO bench_line (text) VALUES (repeat('слово ', 50));
UPDATE bench_count SET n = n + 1 WHERE id = 1;
"""


def sessions() -> list[str]:
    """Return the session cookies of as many signed-in readers as will post."""
    mark = uuid.uuid4().hex[:8]
    cookies = []
    for number in range(READERS):
        client = Client()
        client.force_login(
            register_person(
                email=f"r{number}-{mark}@example.org",
                password=mark * 2,
                display_name=f"Читатель {mark} {number}",
            )
        )
        cookies.append(client.cookies["sessionid"].value)
    return cookies


def wrk(path: str, seconds: int, *options: str) -> str:
    command = ["wrk", "-t1", "-c32", f"-d{seconds}s", "--latency", *options, f"{BASE}{path}"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def measured(
    name: str, beside: dict[str, int], path: str, seconds: int, options: tuple[str, ...]
) -> None:
    spent = {name: processor(pid) for name, pid in beside.items()}
    output = wrk(path, seconds, *options)
    answers, rate = (
        re.search(pattern, output)
        for pattern in (r"(\d+) requests in", r"Requests/sec:\s+([\d.]+)")
    )
    half, most = (re.search(rf"\b{share}%\s+(\S+)", output) for share in (50, 99))
    if not (answers and rate and half and most):
        raise ValueError(output)
    each = "".join(
        f"{(processor(pid) - spent[name]) / int(answers[1]) * 1_000:9.2f}"
        for name, pid in beside.items()
    )
    faults = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    refused = f"  refused: {faults[1]}" if faults else ""
    print(f"{name:30}{float(rate[1]):7.0f} {half[1]:>9} {most[1]:>9}{each}{refused}", flush=True)


def in_production() -> dict[str, str]:
    """The sessions made here are signed with the same key."""
    environment = {"DEMO": "0", "SECRET_KEY": settings.SECRET_KEY, "ALLOWED_HOSTS": "127.0.0.1"}
    environment["ENCRYPTION_KEYS"] = ",".join(settings.ENCRYPTION_KEYS)
    return os.environ | environment | {"HTTPS": "0", "EMAIL_URL": "smtp://127.0.0.1:25"}


def processor(parent: int) -> float:
    """Seconds that a process and its children have taken, those that have ended, too."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(") ")[2].split()
        except ProcessLookupError:
            continue
        if parent in {int(stat.parent.name), int(fields[1])}:
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def served() -> subprocess.Popen[bytes]:
    command = [BIN / "granian", "--interface", "wsgi", "--port", "8765", "--workers", "2"]
    command += ["--blocking-threads", "2", "--no-ws", "--log-level", "error"]
    server = subprocess.Popen(
        [*command, "bench.served:application"],
        cwd=HERE.parent,
        env=in_production() | {"TRUSTED_PROXY_COUNT": "1"},
        stderr=subprocess.DEVNULL,
    )
    for _ in range(200):
        try:
            urllib.request.urlopen(f"{BASE}/healthz", timeout=1)
        except OSError:
            time.sleep(0.1)
        else:
            return server
    raise TimeoutError


def pgbench(seconds: int) -> float:
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(PGBENCH)
        script.flush()
        command = ["pgbench", "-n", "-c8", "-j1", f"-T{seconds}", "-f", script.name]
        output = subprocess.run(
            [*command, os.environ["DATABASE_URL"]], capture_output=True, text=True, check=True
        ).stdout
    match = re.search(r"tps = ([\d.]+)", output)
    assert match, output
    return float(match[1])


def main() -> None:
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 6
    bench = Bench()
    with tempfile.NamedTemporaryFile("w") as names:
        names.write("\n".join(sessions()))
        names.flush()
        os.environ["SESSIONS"] = names.name
        page = bench.stranger.get(bench.address)
        os.environ["BENCH_BYTES"] = str(len(page.content))
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (backend,) = cursor.fetchone()
        database = int(Path(f"/proc/{backend}/stat").read_text().rpartition(") ")[2].split()[1])
        connection.close()
        server = served()
        try:
            run(bench.address, page["ETag"], seconds, {"web": server.pid, "base": database})
        finally:
            server.terminate()
            server.wait()


def run(address: str, etag: str, seconds: int, beside: dict[str, int]) -> None:
    posting = "-s", str(HERE / "posting.lua")
    requests: dict[str, tuple[str, ...]] = {
        "the page, kept": (),
        "the page, kept, compressed": ("-H", "Accept-Encoding: gzip"),
        "the page, unchanged": ("-H", f"If-None-Match: {etag}"),
        "posts": posting,
    }
    each = "".join(f"{name:>9}" for name in beside)
    print(f"{'':30}{'/s':>7} {'p50':>9} {'p99':>9}{each}  (processor, ms)")
    measured("the page from memory", beside, "/bench/memory/", seconds, ())
    wrk(address, WARMING, *posting)
    before = Comment.objects.count()
    for name, options in requests.items():
        measured(name, beside, address, seconds, options)
    print(f"{'  of them stored':30}{(Comment.objects.count() - before) / seconds:7.0f}")
    print(f"{'pgbench: insert and counter':30}{pgbench(seconds):7.0f}")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()}")


if __name__ == "__main__":
    main()
