"""The discussion over HTTP under load: `python bench/load.py [seconds]`, on the database of
DATABASE_URL, with Granian as in production (two workers of two threads) and wrk beside it.

Posting at 32 clients: a session, limits, every phase of screening, the revision, the outbox, fsync.
Reading the same thread: as it is, compressed, unchanged; beside Django returning as many bytes from
memory. And pgbench with an insert and a counter, in the same run.
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
    """As many signed-in readers as will post, each with a session of their own."""
    mark = uuid.uuid4().hex[:8]
    found = []
    for number in range(READERS):
        client = Client()
        client.force_login(
            register_person(
                email=f"r{number}-{mark}@example.org",
                password=mark * 2,
                display_name=f"Читатель {mark} {number}",
            )
        )
        found.append(client.cookies["sessionid"].value)
    return found


def wrk(path: str, seconds: int, *options: str) -> str:
    command = ["wrk", "-t1", "-c32", f"-d{seconds}s", "--latency", *options, f"{BASE}{path}"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    half, most = (re.search(rf"{share}%\s+(\S+)", said) for share in (50, 99))
    faults = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    if not (rate and half and most):
        raise ValueError(said)
    beside = f"  refused: {faults[1]}" if faults else ""
    return f"{float(rate[1]):9.0f}/s   p50 {half[1]:>9}   p99 {most[1]:>9}{beside}"


def served() -> subprocess.Popen[bytes]:
    command = [BIN / "granian", "--interface", "wsgi", "--port", "8765", "--workers", "2"]
    command += ["--blocking-threads", "2", "--no-ws", "--log-level", "error"]
    server = subprocess.Popen([*command, "bench.served:application"], cwd=HERE.parent)
    for _ in range(200):
        try:
            urllib.request.urlopen(f"{BASE}/healthz", timeout=1)
        except OSError:
            time.sleep(0.1)
        else:
            return server
    raise TimeoutError


def pgbench(seconds: int) -> str:
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(PGBENCH)
        script.flush()
        command = ["pgbench", "-n", "-c8", "-j1", f"-T{seconds}", "-f", script.name]
        said = subprocess.run(
            [*command, os.environ["DATABASE_URL"]], capture_output=True, text=True, check=True
        ).stdout
    found = re.search(r"tps = ([\d.]+)", said)
    assert found, said
    return f"{float(found[1]):9.0f}/s"


def main() -> None:
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 6
    bench = Bench()
    with tempfile.NamedTemporaryFile("w") as names:
        names.write("\n".join(sessions()))
        names.flush()
        os.environ["SESSIONS"] = names.name
        page = bench.stranger.get(bench.address)
        os.environ["BENCH_BYTES"] = str(len(page.content))
        connection.close()
        server = served()
        try:
            run(bench.address, page["ETag"], seconds)
        finally:
            server.terminate()
            server.wait()


def run(address: str, etag: str, seconds: int) -> None:
    print(f"{'the page from memory':32}{wrk('/bench/memory/', seconds)}")
    print(f"{'the page, kept':32}{wrk(address, seconds)}")
    gzipped = wrk(address, seconds, "-H", "Accept-Encoding: gzip")
    print(f"{'the page, kept, compressed':32}{gzipped}")
    print(f"{'the page, unchanged':32}{wrk(address, seconds, '-H', f'If-None-Match: {etag}')}")
    wrk(address, WARMING, "-s", str(HERE / "posting.lua"))
    before = Comment.objects.count()
    began = time.perf_counter()
    print(f"{'posts':32}{wrk(address, seconds, '-s', str(HERE / 'posting.lua'))}")
    stored = (Comment.objects.count() - before) / (time.perf_counter() - began)
    print(f"{'  of them stored':32}{stored:9.0f}/s")
    print(f"{'pgbench: insert and counter':32}{pgbench(seconds)}")
    print(
        f"{settings.DATABASES['default']['NAME']}, {os.cpu_count()} cores, load {os.getloadavg()}"
    )


if __name__ == "__main__":
    main()
