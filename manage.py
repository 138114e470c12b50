#!/usr/bin/env python
import os
import sys

from django.core.management import execute_from_command_line

from devserver.embedded.state import announced, var_directory

# They read a file of cases and ask nothing of the servers that the settings insist on.
_WITHOUT_SERVERS = frozenset({"check_slips", "check_wordlist"})
_NO_SERVERS = {
    "DEMO": "1",
    "DATABASE_URL": "postgres://nowhere.invalid/none",
    "REDIS_URL": "redis://nowhere.invalid",
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    needs_servers = _WITHOUT_SERVERS.isdisjoint(sys.argv[1:2])
    servers = announced(var_directory() / "run") if needs_servers else _NO_SERVERS
    for name, value in servers.items():
        os.environ.setdefault(name, value)
    if "DATABASE_URL" not in os.environ:
        sys.exit(
            "No database to work with: DATABASE_URL is not set, and no `make run` runs here.\n"
            "Start `make run` in another terminal, or set DATABASE_URL and REDIS_URL."
        )
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
