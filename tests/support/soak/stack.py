"""The product as real processes on durable servers. What ends is started again.

That is what `restart: unless-stopped` does in docker-compose.yml.
"""

import json
import os
import random
import secrets
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from urllib.parse import urlsplit, urlunsplit

import psutil
import redis
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders

from devserver import processes
from devserver.embedded import migrated, postgresql, valkey
from devserver.embedded.server import Server, last_lines, launch
from tests.support.paths import ROOT
from tests.support.soak.clock import started_with
from tests.support.soak.forces import Forces, surroundings
from tests.support.soak.mailbox import Mailbox
from tests.support.waiting import wait_for

# Several processes import the whole product at once, perhaps on a machine that does other work.
SECONDS_TO_START = 300
_SECONDS_TO_STOP = 20
# After so long a task of a dead worker is handed over again; the product's default is 120.
TASK_LOST_AFTER_SECONDS = 3
_QUEUES = ("default", "mail", "documents")


@dataclass
class Service:
    """A process of ours as a container runs it: killed as a whole, started again when it ends."""

    name: str
    command: tuple[str, ...]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self, environment):
        if self.process is not None:
            self._end_group()
        self.process = launch(
            self.command, log=self.log, stop_signal=signal.SIGTERM, environment=environment
        )

    @property
    def has_ended(self):
        return self.process.poll() is not None

    def children(self):
        with suppress(psutil.NoSuchProcess):
            return psutil.Process(self.process.pid).children(recursive=True)
        return []

    def kill(self):
        """Kill the process with its children, as the kernel does when a container is killed.

        Return how many they were.
        """
        # Listed before: the children of a parent that is gone cannot be found.
        children = self.children()
        self.process.kill()
        for child in children:
            with suppress(psutil.NoSuchProcess):
                child.kill()
        self._end_group()
        self.process.wait()
        return 1 + len(children)

    def _end_group(self):
        """Kill what is left of the process: children that were started while they were listed."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


@dataclass
class Stack:
    """PostgreSQL, Valkey, two webs, a worker, a beat and a relay."""

    directory: Path
    forces: Forces
    mailbox: Mailbox
    database: Server
    broker: Server
    ports: tuple[int, ...]
    # For the processes of the product. A change counts from the next start of each.
    environment: dict[str, str] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    # How often a service ended although it was not killed.
    ended: dict[str, int] = field(default_factory=dict)
    _restarting: threading.Lock = field(default_factory=threading.Lock)
    _is_over: threading.Event = field(default_factory=threading.Event)

    @property
    def database_url(self):
        address = urlsplit(self.database.url)
        return urlunsplit(address._replace(path=f"/{migrated.DATABASE}"))

    def start_services(self):
        commands = {f"web{number}": processes.web(port) for number, port in enumerate(self.ports)}
        for process in (processes.worker, processes.beat, processes.relay):
            commands[process.name] = process
        logs = self.directory / "log"
        logs.mkdir(exist_ok=True)
        for name, process in commands.items():
            service = Service(name, process.command, logs / f"{name}.log")
            service.start(self.environment)
            self.services[name] = service
        threading.Thread(target=self._keep_running, daemon=True).start()

    def _keep_running(self):
        while not self._is_over.wait(0.05):
            for service in self.services.values():
                with self._restarting:
                    if not service.has_ended or self._is_over.is_set():
                        continue
                    self.ended[service.name] = self.ended.get(service.name, 0) + 1
                    service.start(self.environment)

    def kill(self, name):
        """Kill a service and start it again. Return how many processes were killed."""
        with self._restarting:
            killed = self.services[name].kill()
            self.services[name].start(self.environment)
        return killed

    def stop(self):
        with self._restarting:
            self._is_over.set()
        running = [one for one in self.services.values() if one.process is not None]
        for service in running:
            service.process.terminate()
        deadline = time.monotonic() + _SECONDS_TO_STOP
        for service in running:
            with suppress(subprocess.TimeoutExpired):
                service.process.wait(max(0, deadline - time.monotonic()))
            service.kill()
        self.broker.stop()
        self.database.stop()

    def kill_postgresql(self):
        """Kill PostgreSQL with its backends. Return how many processes were killed."""
        children = psutil.Process(self.database.process.pid).children()
        self.database.process.kill()
        for child in children:
            with suppress(psutil.NoSuchProcess):
                child.kill()
        psutil.wait_procs(children)
        self.database.process.wait()
        return 1 + len(children)

    def start_postgresql(self):
        with started_with(self.forces.clock):
            self.database = postgresql.start(_cluster(self.forces))

    def backends(self):
        """Return the processes of PostgreSQL that serve connections."""
        with suppress(psutil.NoSuchProcess):
            children = psutil.Process(self.database.process.pid).children()
            return [child for child in children if _serves_connection(child)]
        return []

    def kill_valkey(self):
        self.broker.process.kill()
        self.broker.process.wait()

    def start_valkey(self):
        with started_with(self.forces.clock):
            self.broker = valkey.start(self.directory / "valkey", url=self.broker.url)

    def erase_valkey(self):
        """Delete the data of a Valkey that does not run."""
        rmtree(self.directory / "valkey/appendonlydir", ignore_errors=True)

    def valkey_client(self):
        return redis.Redis.from_url(self.broker.url, socket_timeout=5)

    def is_ready(self, port):
        try:
            return (
                urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10).status == 200
            )
        except OSError:
            return False

    def is_serving(self):
        """Return whether every web process finds all that it needs."""
        return all(self.is_ready(port) for port in self.ports)

    def wait_until_serving(self):
        wait_for(self.is_serving, SECONDS_TO_START)

    def log_ends(self):
        """Return the last lines of each log, for the message of a failure."""
        return "\n".join(f"{one.name}\n{last_lines(one.log)}" for one in self.services.values())

    def has_empty_queues(self):
        try:
            with self.valkey_client() as client:
                return not any(client.llen(queue) for queue in _QUEUES)
        except redis.RedisError:
            return False


def _name_static_files(folder):
    """Write the manifest without which no page is rendered; the files themselves are not read."""
    folder.mkdir(parents=True)
    paths = {path: path for finder in get_finders() for path, _storage in finder.list([])}
    (folder / "staticfiles.json").write_text(json.dumps({"version": "1.1", "paths": paths}))


def _lasting_port():
    """Return a port that stays free while its server is dead.

    Outgoing connections take the ports above: one of them would keep the server from starting.
    """
    for port in random.sample(range(20_000, 32_000), k=100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


def _serves_connection(process):
    try:
        return "[local]" in " ".join(process.cmdline())
    except psutil.Error:
        return False


def _cluster(forces):
    return forces.database_disk.folder / "postgresql"


def _bound_log(folder):
    """Let the write-ahead log be small, as the disk is."""
    with (folder / "data/postgresql.conf").open("a") as configuration:
        configuration.write("max_wal_size = 64MB\nmin_wal_size = 32MB\n")


@contextmanager
def running_servers(directory, mailbox):
    """Run the servers, with a migrated database that is empty.

    The caller fills it and then starts the services. They run as in production, but for TLS and
    static files.
    """
    _name_static_files(directory / "var/static")
    with surroundings(directory / "forces") as forces:
        (directory / "var/media").symlink_to(forces.files_disk.folder)
        migrated.provide(_cluster(forces), kept_in=ROOT / "var/test")
        _bound_log(_cluster(forces))
        with _running_stack(directory, forces, mailbox) as stack:
            yield stack


@contextmanager
def _running_stack(directory, forces, mailbox):
    password, broker_port = secrets.token_urlsafe(), _lasting_port()
    url = f"redis://:{password}@127.0.0.1:{broker_port}/0"
    with started_with(forces.clock):
        database = postgresql.start(_cluster(forces))
        broker = valkey.start(directory / "valkey", url=url)
    ports = (_lasting_port(), _lasting_port())
    stack = Stack(directory, forces, mailbox, database, broker, ports)
    stack.environment = {
        **forces.clock.environment,
        "DEMO": "0",
        "DATABASE_URL": forces.lead("DATABASE_URL", stack.database_url),
        "REDIS_URL": forces.lead("REDIS_URL", broker.url),
        "VAR_DIR": str(directory / "var"),
        "SECRET_KEY": settings.SECRET_KEY,  # for the sessions that are made in this process
        "ENCRYPTION_KEYS": ",".join(settings.ENCRYPTION_KEYS),
        "BASE_URL": f"http://127.0.0.1:{ports[0]}",
        "ALLOWED_HOSTS": "127.0.0.1",
        "HTTPS": "0",
        # Each client names its IP address, as the edge does.
        "TRUSTED_PROXY_COUNT": "1",
        "EMAIL_URL": forces.lead("EMAIL_URL", f"smtp://127.0.0.1:{mailbox.port}"),
        "DEFAULT_FROM_EMAIL": "no-reply@otklik.example",
        "TASK_LOST_AFTER_SECONDS": str(TASK_LOST_AFTER_SECONDS),
        "LOG_LEVEL": "WARNING",
    }
    try:
        yield stack
    finally:
        stack.stop()
