#!/usr/bin/env python
import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line

from config.embedded.state import announced


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    run = Path(__file__).resolve().parent / "var/run"
    for name, value in announced(run).items():
        os.environ.setdefault(name, value)
    if "DATABASE_URL" not in os.environ:
        sys.exit(
            "No database to work with: DATABASE_URL is not set, and no `make run` runs here.\n"
            "Start `make run` in another terminal, or set DATABASE_URL and REDIS_URL."
        )
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
