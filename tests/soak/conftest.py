"""The product under load, as real processes on servers that keep what they have acknowledged."""

from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.db import connection

from tests.support.soak.journal import Journal
from tests.support.soak.load import Load
from tests.support.soak.mailbox import running_mailbox
from tests.support.soak.rounds import Arena
from tests.support.soak.scenery import set_up
from tests.support.soak.stack import running_servers


# Ends with its file: later tests must not look at its database and files.
@pytest.fixture(scope="module")
def arena(tmp_path_factory, django_db_blocker):
    folder = tmp_path_factory.mktemp("soak") / "stack"
    with (
        running_mailbox() as mailbox,
        running_servers(folder, mailbox) as stack,
        django_db_blocker.unblock(),
        _looking_where_the_processes_do(stack),
    ):
        scenery, journal = set_up(), Journal()
        stack.start_services()
        stack.wait_until_serving()
        yield Arena(stack, scenery, journal, Load(stack, scenery, journal))


@pytest.fixture(autouse=True)
def _quick_passwords():
    """None here: the processes know no quick hash."""


@contextmanager
def _looking_where_the_processes_do(stack):
    """Let models and files in this process be those of the product's processes."""
    connection.close()
    address = urlsplit(stack.database_url)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "BASE_URL", stack.environment["BASE_URL"])
        patch.setattr(settings, "MEDIA_ROOT", stack.directory / "var/media")
        patch.setitem(connection.settings_dict, "NAME", address.path.removeprefix("/"))
        if host := parse_qs(address.query).get("host"):
            patch.setitem(connection.settings_dict, "HOST", host[0])
        yield
        connection.close()
