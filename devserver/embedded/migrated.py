"""A cluster with a migrated database, kept between runs of the tests.

Each process of a run creates its test database as a copy of that one, in a fraction of a second.
Django still runs `migrate` on the copy.
"""

import hashlib
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from urllib.parse import urlsplit, urlunsplit

import psycopg

from . import postgresql

DATABASE = "otklik_migrated"
_ROOT = Path(__file__).resolve().parent.parent.parent


def provide(folder: Path, *, kept_in: Path) -> None:
    """Put a stopped cluster with the migrated database into `folder`.

    It is a copy of the one in `kept_in`, which is made again when the migrations change.
    """
    cluster = kept_in / f"migrated-{_digest()}"
    if cluster.exists():
        folder.mkdir(parents=True)
        _copy(cluster, folder / "data")
        return
    for outdated in kept_in.glob("migrated-*"):
        rmtree(outdated)
    _make(folder)
    _copy(folder / "data", folder / "draft")
    # A run at the same time may have been first; its cluster is the same.
    with suppress(OSError):
        (folder / "draft").rename(cluster)


def _digest() -> str:
    """Changes whenever the cluster or its migrations would be others."""
    sources = [
        *_ROOT.glob("*/migrations/*.py"),
        *_ROOT.glob("requirements/*.txt"),
        _ROOT / "config/settings.py",
        _ROOT / "core/database_roles.py",
        *Path(__file__).parent.glob("*.py"),
    ]
    result = hashlib.sha256(sys.version.encode())
    for path in sorted(sources):
        result.update(path.name.encode() + path.read_bytes())
    return result.hexdigest()[:16]


def _make(folder: Path) -> None:
    server = postgresql.start(folder, durable=False)
    try:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {DATABASE}")
        address = urlunsplit(urlsplit(server.url)._replace(path=f"/{DATABASE}"))
        subprocess.run(
            [sys.executable, _ROOT / "manage.py", "migrate", "--verbosity=0"],
            env=os.environ
            | {
                "DEMO": "1",
                "DATABASE_URL": postgresql.application_url(address),
                "DATABASE_OWNER_URL": address,
                "REDIS_URL": "redis://nowhere.invalid",
                "VAR_DIR": str(folder / "var"),
            },
            check=True,
        )
    finally:
        server.stop()


def _copy(cluster: Path, to: Path) -> None:
    # With the owner, who is not root even where the tests run as root.
    subprocess.run(["/bin/cp", "-a", cluster, to], check=True)
