"""From a confirmation to the e-mail in the hands of a mail server.

    python -m devserver.embedded --durable python -m bench.issue [certificates]

First the whole product: web, worker, beat and relay as they run in production, idle but for one
person who confirms, again and again; the clock runs from the request to the last line of the e-mail
at an SMTP server. Then the work of one worker without the queue, in one process and in two: issue,
PDF, seal, record, e-mail. Median and 95th percentile in milliseconds.
"""

import json
import multiprocessing
import os
import secrets
import statistics
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Barrier
from socketserver import StreamRequestHandler, ThreadingTCPServer
from urllib.parse import urlsplit

import django

from bench import machine
from bench.environment import set_environment
from devserver.embedded.valkey import free_port

# The processes that this one starts inherit it.
if "BENCH_MAIL_PORT" not in os.environ:
    mail_port = str(free_port())
    set_environment(BENCH_MAIL_PORT=mail_port, EMAIL_URL=f"smtp://127.0.0.1:{mail_port}")
django.setup()

from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.actions import register_person
from bench.results import Part, Result, at_least, at_most, publish
from bench.rounds import p95, ratio, resampled
from bench.server import wait_for
from certificates.applications import actions
from certificates.delivery.actions import email_document
from certificates.issuing.actions import issue_certificate
from certificates.issuing.documents import make_documents
from certificates.models import Application, Programme
from certificates.programmes import install_default_programmes
from certificates.states import ApplicationStatus
from core.models import Site
from devserver import processes
from devserver.supervisor import start, stop

SECONDS = 8
ANSWERS = {
    "surname": "Иванова",
    "given_name": "Мария",
    "patronymic": "Петровна",
    "position": "учитель математики",
    "institution": "МБОУ «Школа № 5» города Калуги",
    "url": "https://vesti.example/articles/42/",
}


class Mailbox(ThreadingTCPServer):
    """An SMTP server that keeps nothing but the time at which each e-mail was complete."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", int(os.environ["BENCH_MAIL_PORT"])), _Conversation)
        self.arrived: dict[str, float] = {}
        self.news = threading.Condition()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def wait_for(self, email: str) -> float:
        with self.news:
            assert self.news.wait_for(lambda: email in self.arrived, timeout=60)
        return self.arrived[email]


class _Conversation(StreamRequestHandler):
    def handle(self) -> None:
        self._say("220 ready")
        email = ""
        for line in self.rfile:
            command = line.strip().upper()
            if command.startswith(b"RCPT"):
                email = line.decode().split("<")[1].split(">")[0]
            if command == b"DATA":
                self._say("354 go on")
                while self.rfile.readline() != b".\r\n":
                    pass
                with self.server.news:
                    self.server.arrived[email] = time.perf_counter()
                    self.server.news.notify_all()
            self._say("221 bye" if command == b"QUIT" else "250 ok")
            if command == b"QUIT":
                return

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


def prepare() -> None:
    """A publication with its programmes."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    site = Site.objects.create(
        slug="vesti",
        name_ru="Вести",
        legal_name_ru="АНО «Вести»",
        editor_in_chief_ru="О. П. Редакторова",
        complaints_email="redaktor@vesti.example",
        origins=[settings.BASE_URL],
    )
    install_default_programmes(site=site)


@contextmanager
def running() -> Iterator[None]:
    port = urlsplit(settings.BASE_URL).port
    known = (processes.web(port), processes.worker, processes.beat, processes.relay)
    children = [start(process, logs=settings.VAR_DIR / "log", environment={}) for process in known]
    try:
        wait_for(f"{settings.BASE_URL}/readyz")
        yield
    finally:
        stop(children)


def submit_ready(number: int) -> tuple[Application, str]:
    """An application with everything answered, and the session of its applicant."""
    email, password = f"person{number}@example.org", secrets.token_hex(8)
    applicant = register_person(email=email, password=password, display_name=_name(number))
    application = actions.start_application(
        programme=Programme.objects.get(slug="publication"), applicant=applicant, language="ru"
    )
    typed = ANSWERS | {"email": email, "title": f"Развитие речи, {number}"}
    actions.save_answers(application=application, typed=typed)
    client = Client()
    client.force_login(applicant)
    return application, client.cookies["sessionid"].value


def _name(number: int) -> str:
    return "Мария " + "".join("абвгдежзик"[int(digit)] for digit in str(number))


def confirm(application_id: int, session: str) -> None:
    address = f"{settings.BASE_URL}/api/v1/applications/{application_id}/"
    token = secrets.token_hex(16)
    headers = {
        "Cookie": f"sessionid={session}; csrftoken={token}",
        "X-CSRFToken": token,
        "Content-Type": "application/json",
    }
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as shown:
        digest = json.load(shown)["digest"]
    request = urllib.request.Request(
        f"{address}confirmation/", json.dumps({"digest": digest}).encode(), headers
    )
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200


def whole_product(mailbox: Mailbox, count: int) -> list[float]:
    spent = []
    for number in range(count + 3):
        application, session = submit_ready(number)
        began = time.perf_counter()
        confirm(application.pk, session)
        spent.append(1000 * (mailbox.wait_for(f"person{number}@example.org") - began))
    return spent[3:]


def made_in_time(together: Barrier, which: int) -> int:
    """Do one worker's steps for a certificate, without the queue in between."""
    programme = Programme.objects.get(slug="publication")
    now = timezone.now()

    def whole(number: int) -> None:
        application = Application.objects.create(
            programme=programme,
            form=programme.forms.newest(),
            status=ApplicationStatus.APPROVED,
            answers=ANSWERS
            | {"email": f"w{which}-{number}@example.org", "title": f"Речь {number}"},
            confirmed_at=now,
            decided_at=now,
        )
        certificate = issue_certificate(application_id=application.pk)
        make_documents([certificate.pk])
        email_document(certificate_id=certificate.pk)

    whole(0)
    together.wait()
    end, made = time.monotonic() + SECONDS, 0
    while time.monotonic() < end:
        made += 1
        whole(made + int(time.monotonic() * 1000) * 1000)
    return made


def per_second(count: int) -> float:
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager, context.Pool(count) as pool:
        together = manager.Barrier(count)
        made = pool.starmap(
            made_in_time, [(together, which) for which in range(count)], chunksize=1
        )
    return sum(made) / SECONDS


def main(count: int) -> None:
    conditions = machine.conditions()
    mailbox = Mailbox()
    prepare()
    with running():
        spent = whole_product(mailbox, count)
    turns = [{str(workers): per_second(workers) for workers in (1, 2)} for _ in range(3)]
    median, slow = statistics.median(spent), p95(spent)
    lines = [f"From the confirmation to the e-mail: median {median:.0f} ms, p95 {slow:.0f} ms."]
    results = [
        Result(
            "confirmation to e-mail, median in ms",
            resampled(spent, statistics.median),
            at_most(1_000),
        ),
        Result("issue to e-mail, two processes / one", ratio(turns, "2", "1"), at_least(1.9)),
    ]
    conditions.append(f"Load after: {machine.load()}; {count} certificates")
    publish(Part("From confirmation to e-mail", conditions, lines, results))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
