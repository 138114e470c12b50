"""Gives the tests a real PostgreSQL and Valkey. Loaded by `-p`, ahead of the Django settings."""

import os
from contextlib import ExitStack
from urllib.parse import urlsplit, urlunsplit

import pytest

from devserver import messages

from .servers import running_for_tests

# With the secret the addresses are served to which mail providers report.
_ENVIRONMENT = {
    "DEMO": "1",
    "MAIL_WEBHOOK_SECRET": "mail:webhook",
    "MAIL_REPORTS_FROM": "mailgun,postmark,unisender_go",
    "MAIL_PROVIDER": '{"MAILGUN_WEBHOOK_SIGNING_KEY": "key", "UNISENDER_GO_API_KEY": "key"}',
}
_servers = pytest.StashKey[ExitStack]()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    stack = early_config.stash[_servers] = ExitStack()
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        # The controller's servers are inherited; a database of Valkey is the worker's own.
        os.environ["REDIS_URL"] = redis_database(int(worker.removeprefix("gw")) + 1)
        return
    messages.compile_changed()
    os.environ.update(_ENVIRONMENT)
    servers = running_for_tests(early_config.rootpath / "var/test", with_migrated_database=True)
    os.environ.update(stack.enter_context(servers))


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[_servers].close()


def redis_database(number: int) -> str:
    address = urlsplit(os.environ["REDIS_URL"])
    return urlunsplit(address._replace(path=f"/{number}"))
