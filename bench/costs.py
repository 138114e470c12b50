"""What hostile input costs other readers: `python bench/costs.py [seconds] [cursors]`, on
DATABASE_URL and REDIS_URL, with Granian and settings as in production (one web process of six
threads).

Memory of the web process while one client asks for as many different cursors, made up and handed
out. Then the latency of a reader of a public page, idle and while eight clients send the worst
input that an endpoint accepts, each from another network and account, as fast as they are answered.
The idle phases are measured by turns with the others: compare within one line only.
"""

import http.client
import json
import multiprocessing
import os
import random
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django

django.setup()  # models are defined in what is imported below

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils.crypto import get_random_string

from accounts.actions import register_person
from bench.comments import SYLLABLES, Bench
from bench.load import BIN, HERE, in_production
from certificates.programmes import install_default_programmes
from comments.models import Comment, CommentSettings, Thread
from core.paging import cursor_after

PORT = 8766
CLIENTS = 8
ROOTS, REPLIES, LETTERS = 400, 10, 2_900
CSRF = "a" * 32


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    body: bytes = b""
    kind: str = "application/json"
    more: tuple[tuple[str, str], ...] = ()


def text_of(length: int) -> str:
    """Return new words with signs of markup, of at most so many characters together."""
    words: list[str] = []
    size = 0
    while size < length:
        words.append(
            random.choice(["", "**", "_", "~~", "["]) + "".join(random.choices(SYLLABLES, k=3))
        )
        size += len(words[-1]) + 1
    return " ".join(words)[:length]


def as_json(method: str, path: str, **body: object) -> Request:
    return Request(method, path, json.dumps(body, ensure_ascii=False).encode())


def heavy_pdf(size: int) -> bytes:
    """Return a PDF with as many fields for signatures as fit."""
    count = size // 70
    kids = b" ".join(b"%d 0 R" % number for number in range(4, count + 4))
    parts = [
        b"%PDF-1.7\n",
        b"1 0 obj\n<</Type/Catalog/Pages 2 0 R/AcroForm 3 0 R>>\nendobj\n",
        b"2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n",
        b"3 0 obj\n<</SigFlags 3/Fields[%b]>>\nendobj\n" % kids,
        *(b"%d 0 obj\n<</FT/Sig/T(%d)>>\nendobj\n" % (n, n) for n in range(4, count + 4)),
    ]
    offsets, at = [], 0
    for part in parts:
        offsets.append(at)
        at += len(part)
    table = b"0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % one for one in offsets[1:])
    end = b"xref\n0 %d\n%btrailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return b"".join(parts) + end % (count + 4, table, count + 4, at)


class Desk:
    """The publication, its thread of large comments, and eight attackers with their sessions."""

    def __init__(self) -> None:
        self.bench = Bench()
        self.site = self.bench.site
        install_default_programmes(site=self.site)
        CommentSettings.objects.filter(site=self.site).update(rates=None)
        self.cookies, self.comments = [], []
        for number in range(CLIENTS):
            person = register_person(
                email=f"{uuid.uuid4().hex}@example.org",
                password=uuid.uuid4().hex,
                display_name=f"Взломщик {get_random_string(12)}",
            )
            client = Client(headers={"host": "localhost"})
            client.force_login(person)
            self.cookies.append(client.cookies["sessionid"].value)
            answer = client.post(
                self.bench.address, {"text": f"Мой {number}"}, content_type="application/json"
            )
            self.comments.append(answer.json()["id"])
        self.large = f"/api/v1/sites/{self.site.slug}/threads/large/comments/"
        self.cursors = self._large_thread()
        self.pdf = heavy_pdf(990_000)

    def _large_thread(self) -> list[str]:
        """Write it past the action, and return the cursors that its pages hand out."""
        thread = Thread.objects.create(site=self.site, key="large", published_count=ROOTS)
        shared = {
            "site": self.site,
            "thread": thread,
            "author": self.bench.reader,
            "text": "а" * LETTERS,
            "html": "а" * LETTERS,
            "similarity": 0,
            "words": 1,
            "state": "published",
            "listed": True,
            "published_at": thread.opened_at,
        }
        roots = Comment.objects.bulk_create(Comment(**shared) for _ in range(ROOTS))
        Comment.objects.bulk_create(
            Comment(**shared, parent=root, root=root, depth=1)
            for root in roots
            for _ in range(REPLIES)
        )
        return [cursor_after(root, ["id"]) for root in roots[:-1]]

    def attacks(self) -> dict[str, Callable[[int], Request]]:
        """By name, what the n-th client sends."""
        post, slug = self.bench.address, self.site.slug

        def verify(_client: int) -> Request:
            # Other bytes each time, as for a file that nobody has checked.
            file = self.pdf + b"%" + uuid.uuid4().bytes.hex().encode()
            body = encode_multipart(BOUNDARY, {"file": _Upload(file)})
            return Request("POST", "/api/v1/verify/", body, MULTIPART_CONTENT)

        def application(client: int) -> Request:
            body = encode_multipart(
                BOUNDARY,
                {"surname": f"Ив{client}", "title": text_of(500), "annotation": text_of(2000)},
            )
            htmx = (("HX-Request", "true"),)
            return Request("POST", "/programmes/publication/", body, MULTIPART_CONTENT, htmx)

        return {
            "post": lambda _n: as_json("POST", post, text=text_of(3000)),
            "post, too long": lambda _n: as_json("POST", post, text=text_of(30_000)),
            "post, grotesque": lambda _n: as_json("POST", post, text="а" * 900_000),
            "edit": lambda n: as_json(
                "PATCH", f"/api/v1/comments/{self.comments[n]}/", text=text_of(3000)
            ),
            "preview": lambda _n: as_json(
                "POST", f"/api/v1/sites/{slug}/comments/preview/", text=text_of(6000), thread="hot"
            ),
            "further pages": lambda _n: Request(
                "GET", f"{self.large}?cursor={random.choice(self.cursors)}"
            ),
            "made-up cursors": lambda _n: Request(
                "GET", f"{self.large}?cursor={get_random_string(20)}"
            ),
            "complaint": lambda _n: as_json(
                "POST", f"/api/v1/sites/{slug}/complaints/", text=text_of(10_000)
            ),
            "application form": application,
            "verify a PDF": verify,
            "sign-in": lambda n: as_json(
                "POST", "/_allauth/app/v1/auth/login", email=f"a{n}@example.org", password="x" * 200
            ),
        }


class _Upload:
    def __init__(self, content: bytes) -> None:
        self.name, self.content_type, self._content = "a.pdf", "application/pdf", content

    def read(self) -> bytes:
        return self._content


class Visitor:
    """One connection that is kept, from its own network."""

    def __init__(self, ip: str, cookie: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=120)
        self.headers = {"X-Forwarded-For": ip, "Host": "localhost"}
        if cookie:
            self.headers |= {
                "Cookie": f"sessionid={cookie}; csrftoken={CSRF}",
                "X-CSRFToken": CSRF,
            }

    def ask(self, request: Request) -> int:
        headers = self.headers | {"Content-Type": request.kind} | dict(request.more)
        try:
            self.connection.request(request.method, request.path, request.body, headers)
            answer = self.connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            return 0
        return answer.status


def attack(make: Callable[[int], Request], cookies: Sequence[str], end: Event, told) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
    """Send as fast as it is answered, from eight threads; report the statuses."""
    statuses: list[int] = []

    def run(number: int) -> None:
        visitor = Visitor(f"198.51.100.{number}", cookies[number])
        while not end.is_set():
            statuses.append(visitor.ask(make(number)))

    threads = [threading.Thread(target=run, args=[number]) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.put({status: statuses.count(status) for status in sorted(set(statuses))})


def latencies(path: str, seconds: float) -> list[float]:
    """Milliseconds of a reader who asks a hundred times a second, at most."""
    reader = Visitor("203.0.113.1")
    took, until = [], time.perf_counter() + seconds
    # A quantile needs two, however long one of them takes.
    while (began := time.perf_counter()) < until or len(took) < 2:
        status = reader.ask(Request("GET", path))
        took.append((time.perf_counter() - began) * 1_000)
        assert status == 200, status
        time.sleep(max(0.0, 0.01 - took[-1] / 1_000))
    return took


def served() -> subprocess.Popen[bytes]:
    command = [BIN / "granian", "--interface", "wsgi", "--port", str(PORT), "--workers", "1"]
    command += ["--blocking-threads", "6", "--no-ws", "--log-level", "error"]
    server = subprocess.Popen(
        [*command, "config.wsgi:application"],
        cwd=HERE.parent,
        env=in_production() | {"TRUSTED_PROXY_COUNT": "1", "ALLOWED_HOSTS": "localhost,127.0.0.1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=1)
        except OSError:
            time.sleep(0.1)
        else:
            return server
    raise TimeoutError


def memory(server: subprocess.Popen[bytes]) -> float:
    """Megabytes of the web process, without the children that it starts."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(
                line.split(":", 1) for line in status.read_text().splitlines() if ":" in line
            )
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields["PPid"]) == server.pid and "VmRSS" in fields:
            total += int(fields["VmRSS"].split()[0])
    return total / 1024


def show_memory(desk: Desk, server: subprocess.Popen[bytes], count: int) -> None:
    visitor = Visitor("203.0.113.2")
    for _ in range(20):
        visitor.ask(Request("GET", desk.bench.address))
    print(f"memory of the web process: {memory(server):.0f} MB", flush=True)

    def ask(cursors: Iterator[str]) -> dict[int, int]:
        statuses = [visitor.ask(Request("GET", f"{desk.large}?cursor={one}")) for one in cursors]
        return {status: statuses.count(status) for status in set(statuses)}

    for tenth in range(1, 11):
        made_up = ask(get_random_string(20) for _ in range(count // 10))
        done = tenth * (count // 10)
        print(f"  after {done} made-up cursors {made_up}: {memory(server):.0f} MB", flush=True)
    for _round in range(2):
        handed_out = ask(iter(desk.cursors))
        print(
            f"  after {len(desk.cursors)} cursors handed out {handed_out}: {memory(server):.0f} MB",
            flush=True,
        )


def show_latencies(desk: Desk, seconds: float) -> None:
    fork = multiprocessing.get_context("fork")
    # The first text that a process screens makes it compile the word lists.
    for make in desk.attacks().values():
        Visitor("192.0.2.1", desk.cookies[0]).ask(make(0))
    print(f"{'':22}{'idle p50':>9}{'p99':>8}{'busy p50':>10}{'p99':>8}{'ratio':>7}  statuses")
    for name, make in desk.attacks().items():
        idle = latencies(desk.bench.address, seconds)
        end, told = fork.Event(), fork.Queue()
        attacker = fork.Process(target=attack, args=[make, desk.cookies, end, told])
        attacker.start()
        time.sleep(0.5)
        busy = latencies(desk.bench.address, seconds)
        end.set()
        statuses = told.get(timeout=180)
        attacker.join()
        (idle_p50, idle_p99), (busy_p50, busy_p99) = (
            (statistics.median(took), statistics.quantiles(took, n=100)[98])
            for took in (idle, busy)
        )
        print(
            f"{name:22}{idle_p50:9.1f}{idle_p99:8.1f}{busy_p50:10.1f}{busy_p99:8.1f}"
            f"{busy_p99 / idle_p99:7.1f}  {statuses}",
            flush=True,
        )


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 8
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    desk = Desk()
    connection.close()
    server = served()
    try:
        if count:
            show_memory(desk, server, count)
        if seconds:
            show_latencies(desk, seconds)
    finally:
        server.terminate()
        server.wait()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()}")


if __name__ == "__main__":
    main()
