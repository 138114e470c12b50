"""Measure what hostile input costs other readers.

    python -m devserver.embedded --durable python -m bench.costs [minutes] [cursors]

With Granian and settings as in production: one web process with the threads of a container's. Six
minutes and 100,000 cursors by default; 0 leaves a part out.

1. The memory of the web process while one client asks for as many different cursors, made up and
   handed out.
2. Readers while two hundred clients send the beginning of a request, and then a byte a second.
3. The latency of a reader of a public page, idle and while eight clients send the worst input that
   a URL accepts (bench/worst_inputs.py), each from another network and account, sending as soon
   as the last request is answered. Every URL shortly, then those with the worst ratios longer,
   idle and attacked by turns, beside a bare server in another process that knows nothing of ours.

The clients run at the lowest priority: an attacker uses other machines. Still the server, its
database and the reader share the processors, so the bare server gets slower, too: what it loses
is the machine's. Compare within one line only.
"""

import http.client
import json
import multiprocessing
import os
import random
import re
import socket
import socketserver
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import django

from bench import machine
from bench.environment import set_environment

set_environment(
    TRUSTED_PROXY_COUNT="1", ALLOWED_HOSTS="localhost,127.0.0.1,testserver", LOG_LEVEL="ERROR"
)
django.setup()  # models are defined in what is imported below

from celery import current_app
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils.crypto import get_random_string

from accounts.actions import Subject, grant_role, impose_sanction, register_person
from accounts.models import Role, Sanction, User
from bench.publication import Publication, settle
from bench.server import wait_for
from bench.worst_inputs import Request, Target, WorstInputs, targets, text_of
from certificates.models import Application, Certificate, Template
from certificates.programmes import install_default_programmes
from comments.actions import Decision, decide, make_appeal, post_comment, start_dry_run
from comments.models import Comment, CommentSettings, EmailSettings, Thread
from comments.permissions import find_thread
from comments.states import DecisionKind
from core import outbox
from core.paging import cursor_after
from devserver import processes
from tests.support.answers import ANSWERS
from tests.support.outbox import run_task
from webhooks.actions import add_endpoint

PORT = 8766
CLIENTS = 8
ROOTS, REPLIES, LETTERS = 400, 10, 2_900
CSRF = "a" * 32
SLOW_CLIENTS = 200
# Requests that the reader sends at most in a second.
RATE = 200
# Seconds of one slice of the longer measurement, how many of each there are, and of how many URLs.
SLICE, SLICES, WORST = 0.5, 4, 8
# The shorter one takes what time there is.
SHORTEST, LONGEST = 0.15, 0.6
# The request was not carried out: not allowed to this person, no such row, no such method.
CLOSED = {401, 403, 404, 405, 415}


@dataclass
class Line:
    """The measurements of one target, in milliseconds."""

    target: str
    who: str
    idle: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    bare_idle: list[float] = field(default_factory=list)
    bare_busy: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def ratio(self) -> float:
        return p99(self.busy) / p99(self.idle)

    @property
    def bare(self) -> str:
        if not self.bare_busy:
            return ""
        idle, busy = p99(self.bare_idle), p99(self.bare_busy)
        return f"bare:{idle:6.1f}{busy:6.1f}{busy / idle:6.1f}"

    def __str__(self) -> str:
        statuses = " ".join(f"{status}:{count}" for status, count in sorted(self.statuses.items()))
        return (
            f"{self.target[:58]:58} {self.who:7}{statistics.median(self.idle):7.1f}"
            f"{p99(self.idle):7.1f}{statistics.median(self.busy):8.1f}{p99(self.busy):7.1f}"
            f"{self.ratio:7.1f}  {self.bare}  {statuses}"
        )


def p99(took: Sequence[float]) -> float:
    return statistics.quantiles(took, n=100, method="inclusive")[98]


class Desk:
    """The publication with something of everything, and eight attackers of each kind."""

    def __init__(self) -> None:
        self.publication = Publication()
        self.site = self.publication.site
        self.publication.thread("hot", 100)
        settle()
        self.address = self.publication.path("hot")
        install_default_programmes(site=self.site)
        CommentSettings.objects.filter(site=self.site).update(rates=None)
        self.people = {
            "reader": [self._person(number) for number in range(CLIENTS)],
            "staff": [self._person(number, Role.Name.ADMINISTRATOR) for number in range(CLIENTS)],
            # They do nothing else: the acts of the attackers lead to sanctions against them.
            "poster": [self._person(CLIENTS + 2 + number) for number in range(CLIENTS)],
            # Eight browsers of the one whose comment and application the URLs name.
            "owner": [self._person(CLIENTS)] * CLIENTS,
        }
        self.cookies: dict[str, list[str]] = {"nobody": [""] * CLIENTS}
        self.sign_in()
        self.large = f"/api/v1/sites/{self.site.slug}/threads/large/comments/"
        self.cursors = self._large_thread()
        self.values = self._values()

    def _person(self, number: int, role: Role.Name | None = None) -> User:
        person = register_person(
            email=f"{uuid.uuid4().hex}@example.org",
            password=uuid.uuid4().hex,
            display_name=f"Взломщик {number} {get_random_string(8)}",
        )
        if role is not None:
            for name in (role, Role.Name.EDITOR, Role.Name.REGISTRAR):
                grant_role(user=person, site=self.site, name=name, actor=None)
            person.is_staff = True
            person.save(update_fields=["is_staff"])
        return person

    def sign_in(self) -> None:
        """Again, where an attack has ended the sessions."""
        for kind, people in self.people.items():
            self.cookies[kind] = []
            for person in people:
                client = Client()
                client.force_login(person)
                self.cookies[kind].append(client.cookies["sessionid"].value)

    def _large_thread(self) -> list[str]:
        """Write it past the action, and return the cursors that its pages hand out."""
        thread = Thread.objects.create(site=self.site, key="large", published_count=ROOTS)
        shared = {
            "site": self.site,
            "thread": thread,
            "author": self.publication.authors[0],
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

    def _values(self) -> dict[str, Any]:
        """Return what the parameters of URLs name."""
        # A separate thread and person: acts against them do not lock the others out.
        reader, editor = self.people["owner"][0], self.people["staff"][0]
        sanctioned = self._person(CLIENTS + 1)
        EmailSettings.objects.get_or_create(site=self.site, defaults={"appeal_days": 14})
        thread = find_thread(self.site.slug, "attacked")
        own, removed = (
            post_comment(author=reader, thread=thread, text=text) for text in ("Моё", "Снято")
        )
        decision = Decision(DecisionKind.REMOVE, rule_code="insults")
        decide(comment=removed, decision=decision, editor=editor)
        ban = impose_sanction(
            site=self.site,
            kind=Sanction.Kind.BAN,
            subject=Subject.domain("other.example"),
            rule_label="",
            actor=editor,
        )
        endpoint = add_endpoint(
            site=self.site,
            url="https://hooks.example.org/",
            topics=["comment.published"],
            label="Лента",
            actor=editor,
        )
        return {
            "comment_id": own.pk,
            "root_id": own.pk,
            "appeal_id": make_appeal(comment=removed, author=reader, text="Не согласен").pk,
            "sanction_id": ban.pk,
            "dry_run_id": start_dry_run(site=self.site, entries=["кот"], editor=editor).pk,
            "user_id": sanctioned.pk,
            "person_id": sanctioned.pk,
            "endpoint_id": endpoint.pk,
            "site": self.site.slug,
            "key": "attacked",
            "slug": "publication",
            "language": "ru",
            "name": "spam",
            "status": "all",
            "role": "logo",
            "template_id": Template.objects.filter(site=self.site).values_list("pk").first()[0],  # type: ignore[index]
            **self._certificate(reader),
        }

    def _certificate(self, reader: User) -> dict[str, Any]:
        """Apply, confirm and carry out the tasks in this process."""
        client = Client()
        client.force_login(reader)
        client.post("/programmes/publication/", ANSWERS)
        own = Application.objects.filter(applicant=reader).latest("pk")
        address = f"/applications/{own.pk}/confirmation/"
        digest = re.search(r'name="digest" value="(\w+)"', client.get(address).content.decode())
        client.post(address, {"digest": digest[1] if digest else ""})
        current_app.loader.import_default_modules()
        tasks: list[tuple[Any, ...]] = []
        while outbox.relay_batch(lambda *task: tasks.append(task)):
            while tasks:
                try:
                    run_task(*tasks.pop(0))
                except Exception as error:  # noqa: BLE001 - an e-mail may have nowhere to go
                    print(f"  a task failed: {error}", file=sys.stderr)
        client.post("/programmes/publication/", ANSWERS | {"title": "Другая работа"})
        issued = Certificate.objects.filter(application=own).first()
        return {
            "application_id": Application.objects.filter(applicant=reader).latest("pk").pk,
            "number": issued.number if issued else "1",
            "code": issued.code if issued else "1",
        }


class Visitor:
    """One connection that is kept, from its own network."""

    def __init__(self, ip: str, cookie: str = "", port: int = PORT) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"X-Forwarded-For": ip, "Host": "localhost"}
        self.headers |= {"Cookie": f"csrftoken={CSRF}; sessionid={cookie}", "X-CSRFToken": CSRF}

    def ask(self, request: Request) -> int:
        headers = self.headers | {"Content-Type": request.kind} | dict(request.more)
        try:
            self.connection.request(request.method, request.path, request.body, headers)
            answer = self.connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            return 0
        # Those who are led to the sign-in were not let in.
        return 401 if "/login/" in answer.headers.get("Location", "") else answer.status


def new_network() -> str:
    return ".".join(["10", *(str(random.randrange(256)) for _ in range(3))])


def attack(requests: Sequence[Request], cookies: Sequence[str], end: Event, results: Any) -> None:
    """Send requests from eight threads, each after the last answer; report the statuses."""
    # A process of the lowest priority may still run for milliseconds before one that has woken up.
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    statuses: Counter[int] = Counter()

    def run(number: int) -> None:
        visitor, turn = Visitor(new_network(), cookies[number]), number
        while not end.is_set():
            statuses[visitor.ask(requests[turn % len(requests)])] += 1
            turn += CLIENTS

    threads = [threading.Thread(target=run, args=[number]) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.put(statuses)


class Attack:
    """Eight clients in a separate process, while the block runs."""

    def __init__(self, requests: Sequence[Request], cookies: Sequence[str], line: Line) -> None:
        fork = multiprocessing.get_context("fork")
        self._end, self._results, self._line = fork.Event(), fork.Queue(), line
        self._process = fork.Process(
            target=attack, args=[requests, cookies, self._end, self._results], daemon=True
        )

    def __enter__(self) -> None:
        self._process.start()
        time.sleep(0.05)

    def __exit__(self, *_error: object) -> None:
        self._end.set()
        try:
            self._line.statuses += self._results.get(timeout=90)
        except Exception:  # noqa: BLE001 - the measurement goes on with the next URL
            self._line.statuses[0] += 1
            self._process.kill()
        self._process.join()


class Bare(socketserver.BaseRequestHandler):
    """Answers as many bytes as a page has to whatever comes."""

    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 30000\r\n\r\n" + bytes(30_000)

    def handle(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while self.request.recv(1 << 16):
            self.request.sendall(self.answer)


@contextmanager
def bare_server() -> Iterator[int]:
    """Run it in another process, and return its port."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Bare) as server:
        server.daemon_threads = True
        process = multiprocessing.get_context("fork").Process(
            target=server.serve_forever, daemon=True
        )
        process.start()
        try:
            yield server.server_address[1]
        finally:
            process.kill()
            process.join()


class Reader:
    def __init__(self, path: str, port: int = PORT) -> None:
        self._visitor = Visitor("203.0.113.1", port=port)
        self._request = Request("GET", path)

    def latencies(self, seconds: float) -> list[float]:
        took, until = [], time.perf_counter() + seconds
        # A quantile needs two, however long one of them takes.
        while (began := time.perf_counter()) < until or len(took) < 2:
            # The server lets go a connection that was idle for half a minute.
            status = self._visitor.ask(self._request) or self._visitor.ask(self._request)
            took.append((time.perf_counter() - began) * 1_000)
            if status != 200:
                print(f"  the reader was answered {status}", flush=True)
            time.sleep(max(0.0, 1 / RATE - took[-1] / 1_000))
        return took


def served() -> subprocess.Popen[bytes]:
    with socket.socket() as one:
        # Granian shares its port with another one, which would answer half of the requests.
        if one.connect_ex(("127.0.0.1", PORT)) == 0:
            raise RuntimeError(f"port {PORT} is taken")
    server = subprocess.Popen(
        [*processes.web(PORT).command, "--log-level", "error"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(f"http://127.0.0.1:{PORT}/healthz")
    return server


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
        visitor.ask(Request("GET", desk.address))
    print(f"memory of the web process: {memory(server):.0f} MB", flush=True)
    sent, statuses = 0, Counter[int]()
    for tenth in range(1, 11):
        statuses += pipelined(desk.large, (get_random_string(20) for _ in range(count // 10)))
        sent = tenth * (count // 10)
        print(
            f"  after {sent} made-up cursors: {memory(server):.0f} MB",
            dict(statuses),
            flush=True,
        )
    for cursors in (desk.cursors, desk.cursors[::4]):
        statuses = Counter(
            visitor.ask(Request("GET", f"{desk.large}?cursor={one}")) for one in cursors
        )
        print(
            f"  after {len(cursors)} cursors that were handed out: {memory(server):.0f} MB",
            dict(statuses),
            flush=True,
        )


def pipelined(path: str, cursors: Iterator[str]) -> Counter[int]:
    """Ask for pages on one connection, fifty before the first is answered."""
    statuses: Counter[int] = Counter()
    head = f"HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {new_network()}\r\n\r\n"
    status_line = re.compile(rb"HTTP/1\.1 (\d{3}) ")
    with socket.create_connection(("127.0.0.1", PORT), timeout=60) as server:
        while batch := [cursor for _, cursor in zip(range(50), cursors, strict=False)]:
            server.sendall("".join(f"GET {path}?cursor={one} {head}" for one in batch).encode())
            received, answered = b"", 0
            while answered < len(batch):
                received += server.recv(1 << 20)
                end = 0
                for match in status_line.finditer(received):
                    statuses[int(match[1])] += 1
                    answered += 1
                    end = match.end()
                # The beginning of the next one may have come.
                received = received[max(end, len(received) - 12) :]
    return statuses


def show_slow_clients(desk: Desk, seconds: float) -> None:
    """Half of them stop in the headers, and half in the body."""
    reader = Reader(desk.address)
    idle = reader.latencies(seconds)
    head = b"POST /api/v1/verify/ HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 10.9.9.9\r\n"
    body = b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
    slow = []
    for number in range(SLOW_CLIENTS):
        one = socket.create_connection(("127.0.0.1", PORT), timeout=60)
        one.sendall(head if number % 2 else head + body)
        slow.append(one)
    busy = []
    for _second in range(max(1, round(seconds))):
        for one in slow:
            try:
                one.sendall(b"a")
            except OSError:  # let go by the server
                continue
        busy += reader.latencies(1)
    print(
        f"{SLOW_CLIENTS} slow clients: p50 {statistics.median(idle):.1f} and"
        f" {statistics.median(busy):.1f} ms, p99 {p99(idle):.1f} and {p99(busy):.1f} ms,"
        f" ratio {p99(busy) / p99(idle):.1f}",
        flush=True,
    )
    for one in slow:
        one.close()


class Measurement:
    def __init__(self, desk: Desk, bare: int) -> None:
        self._desk = desk
        self._reader, self._bare = Reader(desk.address), Reader("/", bare)
        choices = {
            "rule": "insults",
            "rule_code": "insults",
            "thread": "attacked",
            "programme": "publication",
            "site": desk.site.slug,
            "password": "x" * 200,
            "kind": "remove",
        }
        self._inputs = WorstInputs(desk.values, choices)
        self._idle: list[float] = []
        self.closed: list[str] = []

    def every(self, until: float) -> list[tuple[Line, list[Request], str]]:
        """Measure every URL once, in the time that there is."""
        todo = targets()
        random.shuffle(todo)
        print(f"{len(todo)} URLs in {until - time.monotonic():.0f} s", flush=True)
        measured: list[tuple[Line, list[Request], str]] = []
        for number, target in enumerate(todo):
            left = until - time.monotonic()
            if left < 0:
                print(f"out of time: {len(todo) - number} URLs were not measured", flush=True)
                break
            # Half of it is taken by making the requests, the idle slices and the process.
            seconds = min(LONGEST, max(SHORTEST, left / (len(todo) - number) / 2))
            requests = self._inputs.requests(target, 2 * CLIENTS)
            who = self._who(requests) if requests else None
            if who is None:
                self.closed.append(str(target))
                continue
            if len(measured) % 3 == 0:
                self._idle = (self._idle + self._reader.latencies(seconds))[-300:]
            line = self._measured(target, requests, who, seconds)
            measured.append((line, requests, who))
            if line.statuses[HTTPStatus.UNAUTHORIZED]:
                self._desk.sign_in()
        return measured

    def _who(self, requests: Sequence[Request]) -> str | None:
        """Return who is let in, the one with the fewest rights first."""
        for who in ("reader", "owner", "staff", "nobody"):
            status = Visitor(new_network(), self._desk.cookies[who][0]).ask(requests[0])
            if status not in CLOSED:
                return who
            if status == HTTPStatus.METHOD_NOT_ALLOWED:
                return None
        return None

    def _measured(
        self, target: Target, requests: Sequence[Request], who: str, seconds: float
    ) -> Line:
        line = Line(str(target), who, list(self._idle))
        with Attack(requests, self._desk.cookies[who], line):
            line.busy = self._reader.latencies(seconds)
        print(line, flush=True)
        return line

    def longer(self, name: str, requests: Sequence[Request], who: str) -> Line:
        """Measure by turns."""
        line = Line(name, who)
        for _ in range(SLICES):
            line.bare_idle += self._bare.latencies(SLICE)
            line.idle += self._reader.latencies(SLICE)
            with Attack(requests, self._desk.cookies[who], line):
                line.busy += self._reader.latencies(SLICE)
                line.bare_busy += self._bare.latencies(SLICE)
        print(line, flush=True)
        return line

    def of_cursors(self) -> list[tuple[str, list[Request], str]]:
        """Return requests beyond the schema: pages far in a large thread, and a grotesque text."""
        desk, slug = self._desk, self._desk.site.slug
        handed_out = [Request("GET", f"{desk.large}?cursor={one}") for one in desk.cursors]
        made_up = [
            Request("GET", f"{desk.large}?cursor={get_random_string(20)}") for _ in range(500)
        ]
        text = json.dumps({"text": text_of(3_000)}, ensure_ascii=False).encode()
        grotesque = json.dumps({"text": "а" * 900_000}, ensure_ascii=False).encode()
        return [
            ("further pages of large comments", handed_out, "nobody"),
            ("made-up cursors", made_up, "nobody"),
            ("a text of 900,000", [Request("POST", desk.address, grotesque)], "poster"),
            (
                "one text of 3,000 to the page that is read",
                [Request("POST", desk.address, text)],
                "poster",
            ),
            ("the page that is read", [Request("GET", desk.address)], "nobody"),
            (
                "counts",
                [Request("GET", f"/api/v1/sites/{slug}/counts/?thread=hot")],
                "nobody",
            ),
        ]


HEAD = f"{'':66}{'idle p50':>7}{'p99':>6}{'busy p50':>9}{'p99':>6}{'ratio':>7}  answers"


def show_latencies(desk: Desk, seconds: float, bare: int) -> None:
    began = time.monotonic()
    measurement = Measurement(desk, bare)
    # The first text that a process screens makes it compile the word lists.
    for who in ("reader", "staff"):
        Visitor(new_network(), desk.cookies[who][0]).ask(
            Request("POST", desk.address, json.dumps({"text": text_of(500)}).encode())
        )
    each = SLICES * 4 * SLICE + 1.5
    special = measurement.of_cursors()
    print(f"\nevery URL shortly\n{HEAD}", flush=True)
    measured = measurement.every(began + seconds - each * (WORST + len(special)))
    print(f"\nthe worst of them by turns, and what the schema does not know\n{HEAD}", flush=True)
    worst = sorted(measured, key=lambda one: -one[0].ratio)[:WORST]
    lines = [measurement.longer(*one) for one in special]
    lines += [measurement.longer(line.target, requests, who) for line, requests, who in worst]
    over = [line for line in lines if line.ratio > 3]
    print(
        f"\n{len(measured)} URLs measured; of {len(lines)} measured by turns {len(over)} are above"
        f" three times idle. {len(measurement.closed)} were closed to all or need other rows:"
    )
    print("  " + "\n  ".join(sorted(measurement.closed)), flush=True)


def main() -> None:
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 6
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    machine.conditions()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    desk = Desk()
    connection.close()
    server = served()
    began = time.monotonic()
    try:
        if count:
            show_memory(desk, server, count)
        if minutes:
            show_slow_clients(desk, 5)
            with bare_server() as bare:
                show_latencies(desk, minutes * 60 - (time.monotonic() - began), bare)
    finally:
        server.terminate()
        server.wait()
    print(f"{time.monotonic() - began:.0f} s, {os.cpu_count()} cores, load {os.getloadavg()}")


if __name__ == "__main__":
    main()
