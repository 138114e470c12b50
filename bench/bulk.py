"""Certificates by the table, through real processes: web, two workers, relay.

    python -m devserver.embedded --durable python -m bench.bulk [seconds] [rows]

One table of 10,000 rows is checked, issued for some seconds, paused and resumed: it gives the rate.
One of 400 is issued whole, packed, and uploaded again: it gives the processor time of a row, which
is what can be compared between a busy machine and an idle one. All the while a page is asked for of
the web process, and the memory of every process is looked at.
"""

import http.client
import io
import statistics
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import django

from bench import machine
from bench.environment import set_environment

set_environment(DEMO="1")
django.setup()  # models are defined in what is imported below

import psutil
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts.models import User
from bench import certificates
from bench.results import Part, Result, at_most, publish
from bench.rounds import Spread, p95
from certificates.imports.tables import write_table
from certificates.models import Certificate, Import, Programme
from certificates.states import ImportStatus
from core import valkey as queue
from core.models import OutboxEvent
from demo.people import REGISTRAR
from devserver import processes
from devserver.supervisor import Child, start, stop

HEADER = ["Фамилия", "Имя", "Отчество", "Должность", "Место работы", "Название материала"]
HEADER += ["Ссылка на публикацию", "Электронная почта"]
SURNAMES = ("Иванова", "Петрова", "Кузнецова", "Смирнова", "Лебедева", "Соколова", "Морозова")
MANY, FEW = 10_000, 400
PAGE = "/programmes/publication/"
SLICES = 6


def table(rows: int, about: str) -> bytes:
    return write_table(
        HEADER,
        (
            [
                *(SURNAMES[row % len(SURNAMES)], "Мария", "Петровна", "учитель математики"),
                *(f"МБОУ «Школа № {row % 90}» города Калуги", f"{about}, часть {row}"),
                *(f"https://vesti.example/{row}/", ""),
            ]
            for row in range(rows)
        ),
    )


class Watch:
    """How long the web process takes for a page, and the most memory that each process took."""

    def __init__(self, port: int, children: dict[str, Child]) -> None:
        self.port, self.children = port, children
        self.times: list[float] = []
        self.memory: dict[str, int] = {}
        self.over = threading.Event()

    def ask(self) -> float:
        started = time.perf_counter()
        server = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        server.request("GET", PAGE)
        assert server.getresponse().read()
        return time.perf_counter() - started

    def is_up(self) -> bool:
        try:
            return self.ask() > 0
        except OSError:
            return False

    def go_on(self) -> None:
        while not self.over.wait(0.2):
            self.times.append(self.ask())
            for name, child in self.children.items():
                family = psutil.Process(child.process.pid)
                taken = max(
                    one.memory_info().rss for one in (family, *family.children(recursive=True))
                )
                self.memory[name] = max(taken, self.memory.get(name, 0))

    @contextmanager
    def looking(self) -> Iterator[None]:
        self.over.clear()
        self.times.clear()
        thread = threading.Thread(target=self.go_on)
        thread.start()
        yield
        self.over.set()
        thread.join()

    def said(self) -> str:
        median, slow = (1_000 * of(self.times) for of in (statistics.median, p95))
        return f"page {median:.0f} ms, p95 {slow:.0f} ms"


def processor_seconds(children: dict[str, Child]) -> dict[str, float]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        database = psutil.Process(cursor.fetchone()[0]).parent()
    usage = queue.client(timeout=5).info("cpu")
    families = {name: psutil.Process(child.process.pid) for name, child in children.items()}
    spent = {name: family_seconds(one) for name, one in (families | {"database": database}).items()}
    return spent | {"valkey": usage["used_cpu_user"] + usage["used_cpu_sys"]}


def family_seconds(process: psutil.Process) -> float:
    """Of the process, of those it has waited for, and of those that it has now."""
    return sum(process.cpu_times()[:4]) + sum(family_seconds(child) for child in process.children())


def wait_until(true: Callable[[], object], seconds: float = 1800) -> float:
    began = time.monotonic()
    while not true():
        assert time.monotonic() < began + seconds, "waited in vain"
        time.sleep(0.1)
    return time.monotonic() - began


class Desk:
    def __init__(self) -> None:
        self.client = Client(headers={"host": "localhost"})
        self.client.force_login(User.objects.get(email=REGISTRAR.email))
        self.programme = Programme.objects.get(slug="publication")

    def upload(self, content: bytes, name: str) -> Import:
        file = SimpleUploadedFile(name, content)
        self.client.post("/registrar/imports/", {"programme": self.programme.pk, "table": file})
        return Import.objects.latest("pk")

    def act(self, source: Import, name: str) -> None:
        self.client.post(f"/registrar/imports/{source.pk}/{name}/")


def status_is(source: Import, *statuses: ImportStatus) -> bool:
    source.refresh_from_db()
    return source.status in statuses


def issue_many(desk: Desk, watch: Watch, seconds: float, rows: int) -> tuple[list[str], Spread]:
    """Return what is to be told, and how many certificates a second were made."""
    source = desk.upload(table(rows, "Развитие речи"), "many.xlsx")
    with watch.looking():
        took = wait_until(lambda: status_is(source, ImportStatus.CHECKED, ImportStatus.FAILED))
    assert status_is(source, ImportStatus.CHECKED), source.problem
    lines = [f"- Dry run of {rows:,} rows: {took:.0f} s; meanwhile {watch.said()}."]
    rates = []
    with watch.looking():
        desk.act(source, "run")
        # The workers load what they need with the first certificates.
        wait_until(sealed)
        for _ in range(SLICES):
            began, before = time.monotonic(), sealed()
            time.sleep(seconds / SLICES)
            rates.append((sealed() - before) / (time.monotonic() - began))
        desk.act(source, "pause")
    rate = Spread.of(rates)
    lines.append(
        f"- Issued at {rate.median:.1f} a second, so {MANY:,} would take "
        f"{MANY / rate.median / 60:.1f} minutes; meanwhile {watch.said()}."
    )
    time.sleep(5)
    paused = sealed()
    time.sleep(5)
    assert sealed() == paused, "a paused table went on"
    desk.act(source, "resume")
    wait_until(lambda: sealed() >= paused + 50)
    desk.act(source, "pause")
    time.sleep(5)
    return lines, rate


def issue_few(desk: Desk, watch: Watch) -> list[str]:
    content, before = table(FEW, "Внеурочная работа"), sealed()
    source = desk.upload(content, "few.xlsx")
    wait_until(lambda: status_is(source, ImportStatus.CHECKED))
    wait_until(is_quiet)
    before_it = processor_seconds(watch.children)
    with watch.looking():
        desk.act(source, "run")
        took = wait_until(lambda: status_is(source, ImportStatus.FINISHED) and source.archive)
    wait_until(is_quiet)
    after_it = processor_seconds(watch.children)
    spent = {name: 1000 * (after_it[name] - before_it[name]) / FEW for name in after_it}
    each = ", ".join(f"{name} {spent[name]:.1f}" for name in spent)
    without_web = sum(spent.values()) - spent["web"]
    packed = desk.client.get(f"/registrar/imports/{source.pk}/archive.zip")
    names = zipfile.ZipFile(io.BytesIO(b"".join(packed.streaming_content))).namelist()
    meanwhile = watch.said()
    assert len(set(names)) == sealed() - before == FEW
    desk.upload(content, "few again.xlsx")
    desk.act(source, "run")
    time.sleep(3)
    assert sealed() == before + FEW, "the same table was issued twice"
    return [
        f"- {FEW} issued and packed in {took:.0f} s; meanwhile {meanwhile}.",
        f"- Processor time of a row: {without_web:.1f} ms without the web's, of which {each}.",
    ]


def is_quiet() -> bool:
    """Return whether every outbox event is done and all queues are empty."""
    client = queue.client(timeout=5)
    waits = [client.llen(name) for name in ("default", "mail", "documents")]
    return not OutboxEvent.objects.undone().exists() and not any(waits)


def sealed() -> int:
    return Certificate.objects.exclude(sealed_at=None).count()


def one_a_second() -> float:
    """Return how many certificates a second one process makes, without a queue and a database."""
    with tempfile.TemporaryDirectory() as folder:
        return certificates.per_second(Path(folder), 1)


def main(seconds: float, rows: int) -> None:
    conditions = machine.conditions()
    call_command("migrate", verbosity=0)
    call_command("load_demo", verbosity=0)
    port = urlsplit(settings.BASE_URL).port
    one = [one_a_second()]
    running = (processes.web(port), processes.worker, processes.relay)
    children = {
        each.name: start(each, logs=settings.VAR_DIR / "log", environment={}) for each in running
    }
    watch, desk = Watch(port, children), Desk()
    try:
        wait_until(watch.is_up)
        with watch.looking():
            time.sleep(10)
        lines = [f"- Nothing to do: {watch.said()}."]
        report, rate = issue_many(desk, watch, seconds, rows)
        lines += [*report, *issue_few(desk, watch)]
        lines += [
            f"- {name}: at most {most / 2**20:.0f} MB in one process."
            for name, most in watch.memory.items()
        ]
    finally:
        stop(list(children.values()))
    one.append(one_a_second())
    ideal = 2 * statistics.mean(one)
    results = [
        Result(
            f"{MANY:,} certificates by two workers / half of {MANY:,} times one",
            Spread(ideal / rate.median, ideal / rate.high, ideal / rate.low),
            at_most(1.5),
        )
    ]
    conditions.append(f"Load after: {machine.load()}; {seconds:g} s of issue")
    publish(Part("Certificates from a spreadsheet", conditions, lines, results))


if __name__ == "__main__":
    main(
        float(sys.argv[1]) if len(sys.argv) > 1 else 60,
        int(sys.argv[2]) if len(sys.argv) > 2 else MANY,
    )
