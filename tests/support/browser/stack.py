"""Runs the whole product as real processes on a separate database."""

import os
import subprocess
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from celery import current_app
from django.conf import settings
from django.db import connection

from core import outbox
from devserver import processes
from devserver.embedded import valkey
from devserver.embedded.server import Server
from devserver.supervisor import Child, require_all, start, stop
from tests.support.paths import ROOT
from tests.support.waiting import wait_for

SECONDS_TO_START = 300  # four processes import the whole product at once
_PREPARATION = """
import django
from django.core.management import call_command
django.setup()
call_command("migrate", verbosity=0)
call_command("load_demo")
"""


@dataclass
class Stack:
    """Web, worker, beat and relay, each of which may be killed and started again."""

    url: str
    directory: Path
    environment: dict[str, str]
    valkey: Server
    children: dict[str, Child] = field(default_factory=dict)
    known: dict[str, processes.Process] = field(default_factory=dict)

    def start(self, process):
        logs = self.directory / "log"
        self.children[process.name] = start(process, logs=logs, environment=self.environment)
        self.known[process.name] = process

    def start_missing(self):
        for name in self.known.keys() - self.children.keys():
            self.start(self.known[name])

    def kill(self, name):
        """As `kill -9` does, and its own children with it."""
        child = self.children.pop(name)
        for process in psutil.Process(child.process.pid).children(recursive=True):
            process.kill()
        child.process.kill()
        child.process.wait()

    def stop_valkey(self):
        self.valkey.stop()

    def start_valkey(self):
        self.valkey = valkey.start(self.directory / "valkey", url=self.valkey.url)

    def prepare(self):
        subprocess.run(
            [sys.executable, "-c", _PREPARATION],
            cwd=ROOT,
            env=os.environ | self.environment,
            stdout=subprocess.DEVNULL,
            check=True,
        )

    def relay_once(self):
        """Hand out one batch of what waits in the outbox, in place of a relay that is dead."""
        with ThreadPoolExecutor(max_workers=1) as pool:  # outside a transaction of the test's own
            pool.submit(self._relay_batch).result()

    def _relay_batch(self):
        try:
            with current_app.connection_for_write(self.valkey.url) as broker:
                outbox.relay_batch(
                    lambda task, arguments, receipt: current_app.send_task(
                        task,
                        kwargs=dict(arguments),
                        headers={outbox.RECEIPT: dict(receipt)},
                        connection=broker,
                        retry=False,
                    )
                )
        finally:
            connection.close()

    def is_ready(self):
        try:
            return urllib.request.urlopen(f"{self.url}/readyz").status == 200
        except OSError:  # refused, or cut off while it starts
            return False


@contextmanager
def running_stack(directory, database_url, **environment):
    port = valkey.free_port()
    broker = valkey.start(directory / "valkey")
    url = f"http://127.0.0.1:{port}"
    stack = Stack(
        url=url,
        directory=directory,
        environment={
            "DATABASE_URL": database_url,
            "REDIS_URL": broker.url,
            "VAR_DIR": str(directory),
            "BASE_URL": url,
            "ENCRYPTION_KEYS": ",".join(settings.ENCRYPTION_KEYS),
            "SECRET_KEY": settings.SECRET_KEY,  # for the sessions that tests make
            "TASK_LOST_AFTER_SECONDS": "3",
            **environment,
        },
        valkey=broker,
    )
    stack.prepare()
    try:
        for process in (processes.web(port), processes.worker, processes.beat, processes.relay):
            stack.start(process)
        wait_for(stack.is_ready, SECONDS_TO_START)
        yield stack
        require_all(list(stack.children.values()))
    finally:
        stop(list(stack.children.values()))
        stack.valkey.stop()
