"""Certificates by the table: `python -m devserver.embedded python bench/bulk.py [seconds] [rows]`.

Two tables go through real processes (web, two workers, relay) on a separate database. One of
10,000 rows is checked, issued for some seconds, paused and resumed: it gives the rate. One of 400
is issued whole, packed, and uploaded again: it gives the processor time of a row, which is what
can be compared between a busy machine and an idle one. All the while a page is asked for of the web
process, and the memory of every process is looked at.
"""

import http.client
import io
import os
import statistics
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
VAR = Path(tempfile.mkdtemp(prefix="otklik-bulk-"))
os.environ |= {"VAR_DIR": str(VAR), "DEMO": "1", "DJANGO_SETTINGS_MODULE": "config.settings"}

import django

django.setup()  # models are defined in what is imported below

import psutil
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from certificates.imports.tables import write_table
from certificates.models import Certificate, Import, Programme
from certificates.states import ImportStatus
from core import valkey as queue
from core.models import OutboxEvent
from demo.people import REGISTRAR
from devserver import processes
from devserver.embedded import valkey
from devserver.supervisor import Child, start, stop

HEADER = ["Фамилия", "Имя", "Отчество", "Должность", "Место работы", "Название материала"]
HEADER += ["Ссылка на публикацию", "Электронная почта"]
SURNAMES = ("Иванова", "Петрова", "Кузнецова", "Смирнова", "Лебедева", "Соколова", "Морозова")
MANY, FEW = 10_000, 400
PAGE = "/programmes/publication/"


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
        slow = statistics.quantiles(self.times, n=20)[-1]
        return f"page {1000 * statistics.median(self.times):.0f} ms, p95 {1000 * slow:.0f} ms"


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


def issue_many(desk: Desk, watch: Watch, seconds: float, rows: int) -> None:
    source = desk.upload(table(rows, "Развитие речи"), "many.xlsx")
    with watch.looking():
        took = wait_until(lambda: status_is(source, ImportStatus.CHECKED, ImportStatus.FAILED))
    assert status_is(source, ImportStatus.CHECKED), source.problem
    print(f"dry run of {rows} rows: {took:.0f} s; meanwhile {watch.said()}")
    with watch.looking():
        began = timezone.now()
        desk.act(source, "run")
        time.sleep(seconds)
        desk.act(source, "pause")
    took = (timezone.now() - began).total_seconds()
    made = sealed()
    print(
        f"issued {made} in {took:.0f} s: {made / took:.1f} a second, so {MANY} would take "
        f"{MANY * took / made / 60:.1f} minutes; meanwhile {watch.said()}"
    )
    time.sleep(5)
    paused = sealed()
    time.sleep(5)
    assert sealed() == paused, "a paused table went on"
    desk.act(source, "resume")
    wait_until(lambda: sealed() >= paused + 50)
    desk.act(source, "pause")
    time.sleep(5)


def issue_few(desk: Desk, watch: Watch) -> None:
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
    print(f"processor time of a row: {without_web:.1f} ms without the web's, of which {each}")
    packed = desk.client.get(f"/registrar/imports/{source.pk}/archive.zip")
    names = zipfile.ZipFile(io.BytesIO(b"".join(packed.streaming_content))).namelist()
    print(f"{FEW} issued and packed in {took:.0f} s; meanwhile {watch.said()}")
    assert len(set(names)) == sealed() - before == FEW
    desk.upload(content, "few again.xlsx")
    desk.act(source, "run")
    time.sleep(3)
    assert sealed() == before + FEW, "the same table was issued twice"


def is_quiet() -> bool:
    """Return whether every outbox event is done and all queues are empty."""
    client = queue.client(timeout=5)
    waits = [client.llen(name) for name in ("default", "mail", "documents")]
    return not OutboxEvent.objects.undone().exists() and not any(waits)


def sealed() -> int:
    return Certificate.objects.exclude(sealed_at=None).count()


def main(seconds: float, rows: int) -> None:
    call_command("migrate", verbosity=0)
    call_command("load_demo", verbosity=0)
    port = valkey.free_port()
    environment = dict(os.environ) | {"BASE_URL": f"http://127.0.0.1:{port}"}
    running = (processes.web(port), processes.worker, processes.relay)
    children = {one.name: start(one, logs=VAR / "log", environment=environment) for one in running}
    watch, desk = Watch(port, children), Desk()
    try:
        wait_until(watch.is_up)
        with watch.looking():
            time.sleep(10)
        print(f"load average {os.getloadavg()[0]:.0f}; nothing to do: {watch.said()}")
        issue_many(desk, watch, seconds, rows)
        issue_few(desk, watch)
        for name, most in watch.memory.items():
            print(f"{name}: at most {most / 2**20:.0f} MB in one process")
    finally:
        stop(list(children.values()))


if __name__ == "__main__":
    main(
        float(sys.argv[1]) if len(sys.argv) > 1 else 60,
        int(sys.argv[2]) if len(sys.argv) > 2 else MANY,
    )
