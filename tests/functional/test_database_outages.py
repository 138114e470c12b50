"""PostgreSQL is killed and restarted while a certificate is on its way, at each of its steps."""

import signal
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from certificates.models import Application
from demo.people import SECOND_READER
from devserver.embedded import migrated, postgresql
from tests.support.browser.applying import PROGRAMME, confirm, fill_in
from tests.support.browser.people import sign_in
from tests.support.browser.registers import certificate_of, finished, require_one_sealed
from tests.support.browser.stack import running_stack
from tests.support.paths import ROOT
from tests.support.waiting import wait_for


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """A separate server, because other tests use the shared one."""
    folder = tmp_path_factory.mktemp("database") / "postgresql"
    migrated.provide(folder, kept_in=ROOT / "var/test")
    running = [postgresql.start(folder)]

    def restart():
        server = running.pop()
        server.process.send_signal(signal.SIGQUIT)  # at once, without a word, as by a power cut
        server.process.wait()
        running.append(postgresql.start(folder))
        connection.close()

    address = urlsplit(running[0].url)
    yield urlunsplit(address._replace(path=f"/{migrated.DATABASE}")), restart
    running.pop().stop()


@pytest.fixture(scope="module")
def stack(database, tmp_path_factory):
    with running_stack(tmp_path_factory.mktemp("own-stack"), database[0]) as stack:
        yield stack


NUMBERED = ("Первая", "Вторая", "Третья")


def test_every_certificate_is_finished_once_whenever_the_database_goes(page, stack, database):
    _url, restart = database
    sign_in(page, SECOND_READER, then=PROGRAMME)
    # Each restart meets the one just confirmed, and those before it, at another step.
    for number, surname in enumerate(NUMBERED):
        fill_in(page, surname=surname, email=f"restart{number}@example.org")
        confirm(page)
        restart()
        wait_for(stack.is_ready)
    for number, surname in enumerate(NUMBERED):
        wait_for(lambda surname=surname: finished(surname))
        require_one_sealed(surname, f"restart{number}@example.org")


def test_what_was_typed_before_a_restart_is_confirmed_after_it(page, stack, database):
    _url, restart = database
    sign_in(page, SECOND_READER, then=PROGRAMME)
    fill_in(page, surname="Терпелова", email="patience@example.org", open_it=False)
    restart()
    confirm(page)
    wait_for(lambda: finished("Терпелова"))
    assert Application.objects.filter(answers__surname="Терпелова").count() == 1
    assert certificate_of("Терпелова").holder == "Терпелова Анна Сергеевна"
