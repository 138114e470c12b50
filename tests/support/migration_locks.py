"""Check migrations for locks: `python -m tests.support.migration_locks`.

Squawk reads the SQL of every migration that was added to an app after its first. The first creates
the tables, which nothing uses yet. A migration that breaks a rule for a reason gives it:

    accepted_locks = {"adding-foreign-key-constraint": "The column is new and empty: no scan."}
"""

import os
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from importlib import import_module
from io import StringIO
from pathlib import Path

import django
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

_ROOT = Path(__file__).resolve().parents[2]
_SQUAWK = Path(sysconfig.get_path("scripts")) / "squawk"
_POSTGRESQL = "18.0"
_EXCLUDED = (
    # `manage.py migrate` sets lock_timeout on its connection.
    "require-timeout-settings",
    # Three rules of style, which Django does not follow. They concern no locks.
    "prefer-bigint-over-int",
    "prefer-robust-stmts",
    "prefer-text-field",
)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    lines = [line for label, name in _added_migrations() for line in faults_of(label, name)]
    sys.exit("\n".join(lines) or 0)  # sys.exit("") would exit with 1


def _added_migrations() -> list[tuple[str, str]]:
    ours = {config.label for config in apps.get_app_configs() if Path(config.path).parent == _ROOT}
    known = MigrationLoader(connection).disk_migrations
    return sorted(
        (label, name) for label, name in known if label in ours and not name.startswith("0001_")
    )


def faults_of(label: str, name: str) -> list[str]:
    """Return what Squawk has against a migration and its `accepted_locks` do not name."""
    migration = import_module(f"{apps.get_app_config(label).name}.migrations.{name}").Migration
    output = StringIO()
    call_command("sqlmigrate", label, name, stdout=output, no_color=True)
    return faults(f"{label}.{name}", output.getvalue(), getattr(migration, "accepted_locks", {}))


def faults(name: str, sql: str, accepted: Mapping[str, str]) -> list[str]:
    """Return what Squawk has against SQL. `accepted` maps a rule to the reason to break it."""
    result = subprocess.run(
        [
            _SQUAWK,
            *("--pg-version", _POSTGRESQL, "--reporter", "gcc", "--stdin-filepath", name),
            *("--exclude", ",".join([*_EXCLUDED, *accepted])),
        ],
        input=sql,
        capture_output=True,
        text=True,
        check=False,
    )
    return (result.stdout + result.stderr).splitlines() if result.returncode else []


if __name__ == "__main__":
    main()
