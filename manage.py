#!/usr/bin/env python
import os
import sys

from django.core.management import execute_from_command_line

from config.embedded.state import announced, var_directory


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    for name, value in announced(var_directory() / "run").items():
        os.environ.setdefault(name, value)
    if "DATABASE_URL" not in os.environ:
        sys.exit(
            "No database to work with: DATABASE_URL is not set, and no `make run` runs here.\n"
            "Start `make run` in another terminal, or set DATABASE_URL and REDIS_URL."
        )
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
