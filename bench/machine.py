"""What a measurement ran on. Refuses a database that does not wait for the disk."""

import importlib.metadata
import os
import platform
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import psycopg
import redis

_SHOWN = (
    *("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers"),
    *("wal_level", "wal_sync_method", "wal_compression", "wal_buffers", "max_wal_size"),
    *("commit_delay", "max_connections"),
)
# Without these a commit does not wait for the disk. Only pages that a crash tears need the third.
_WAIT_FOR_DISK = ("fsync", "synchronous_commit", "full_page_writes")
_VERSIONS = {
    "nginx": (["nginx", "-v"], r"nginx/(\S+)"),
    "wrk": (["wrk", "-v"], r"wrk (\S+)"),
    "commit": (["git", "describe", "--always", "--dirty"], r"(\S+)"),
}


class NotDurableError(SystemExit):
    """Figures of a database that may lose what it has confirmed say nothing about production."""


def postgresql_settings() -> dict[str, str]:
    """Return the settings of the database in DATABASE_URL that decide what a commit costs."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        return {
            name: connection.execute("SELECT current_setting(%s)", [name]).fetchone()[0]
            for name in _SHOWN
        }


def require_durable(settings: Mapping[str, str]) -> None:
    """Raise `NotDurableError` unless every commit waits for the disk."""
    for name in _WAIT_FOR_DISK:
        if settings[name] != "on":
            raise NotDurableError(
                f"PostgreSQL runs with {name} {settings[name]}, so figures of posting would mean "
                f"nothing. Run the measurement by `python -m devserver.embedded --durable`, or set "
                f"{name} to on."
            )


def versions() -> dict[str, str]:
    """Return the versions of everything that the figures depend on."""
    versions = {"Python": platform.python_version()}
    versions |= {
        name: importlib.metadata.version(name) for name in ("Django", "granian", "psycopg")
    }
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        server = client.info("server")
    versions["Valkey"] = server.get("valkey_version") or server["redis_version"]
    return versions | {name: _version(*how) for name, how in _VERSIONS.items()}


def _version(command: list[str], pattern: str) -> str:
    environment = os.environ | {"PATH": f"{os.environ['PATH']}:/usr/sbin"}
    try:
        result = subprocess.run(
            command, capture_output=True, text=True, check=False, env=environment
        )
    except FileNotFoundError:
        return "not installed"
    match = re.search(pattern, result.stdout + result.stderr)
    return match[1] if match else "unknown"


def machine() -> dict[str, str]:
    """Return the processor, its cores, the memory and the kernel."""
    models = re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())
    return {
        "processor": models[0] if models else platform.machine(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{int(memory[1]) / 2**20:.0f} GiB" if memory else "unknown",
        "kernel": platform.release(),
    }


def load() -> str:
    """Return the load averages of one, five and fifteen minutes."""
    return " / ".join(f"{average:.1f}" for average in os.getloadavg())


def described(values: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


def conditions() -> list[str]:
    """Print and return what a measurement runs on, or end it with `NotDurableError`."""
    settings = postgresql_settings()
    lines = [
        f"{title}: {described(values)}"
        for title, values in (
            ("Machine", machine()),
            ("Versions", versions()),
            ("PostgreSQL", settings),
            ("Load before", {"average": load()}),
        )
    ]
    print(*lines, sep="\n", flush=True)
    require_durable(settings)
    return lines
