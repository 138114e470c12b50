"""One-time preparation of the demo: migrations and its publication."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent


class PreparationError(Exception):
    """A command that failed, with what it said."""


def migrate() -> None:
    _manage("migrate", "--verbosity=0")


def load_demo() -> str:
    """Return the guide to print: where to look and how to sign in."""
    return _manage("load_demo")


def digest() -> str:
    """Changes whenever migrating or loading the demo would have something to do."""
    sources = [
        _ROOT / "requirements/base.txt",
        _ROOT / "core/database_roles.py",
        *_ROOT.glob("*/migrations/*.py"),
        *(path for path in (_ROOT / "demo").rglob("*.*") if path.suffix not in {".pyc", ".mo"}),
    ]
    # The guide is made of addresses.
    result = hashlib.sha256(os.environ["BASE_URL"].encode())
    for path in sorted(sources):
        result.update(path.read_bytes())
    return result.hexdigest()


def _manage(command: str, *options: str) -> str:
    result = subprocess.run(
        [sys.executable, _ROOT / "manage.py", command, *options],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise PreparationError(f"manage.py {command} failed:\n{result.stderr.strip()}")
    return result.stdout
