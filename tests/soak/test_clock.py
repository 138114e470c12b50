"""Every program that we start sees the clock of the test, and a change of it at once."""

import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
import redis

from devserver.embedded import postgresql, valkey
from tests.support.soak.clock import clock_in, started_with
from tests.support.waiting import wait_for

HOUR = timedelta(hours=1)
# Between two readings, on a busy machine.
ABOUT = timedelta(minutes=5)


@pytest.fixture
def clock(tmp_path):
    return clock_in(tmp_path)


def ahead(moment):
    return moment - datetime.now(UTC)


def is_about(offset, moment):
    return abs(ahead(moment) - offset) < ABOUT


READ = "import time; print(time.time(), time.monotonic())"


@pytest.mark.parametrize("offset", [HOUR, -HOUR])
def test_python_sees_the_clock_and_measures_by_another(clock, offset):
    clock.set(offset)
    with started_with(clock):
        shown = subprocess.run([sys.executable, "-c", READ], capture_output=True, check=True)
    wall, monotonic = map(float, shown.stdout.split())
    assert is_about(offset, datetime.fromtimestamp(wall, UTC))
    assert abs(time.monotonic() - monotonic) < ABOUT.total_seconds()


FORK = """
import os, subprocess, sys
if not os.fork():
    sys.exit()
os.wait()
print(subprocess.run([sys.executable, "-c", sys.argv[1]], capture_output=True, check=True).stdout)
"""


def test_a_program_that_is_started_after_a_forked_one_has_ended_sees_it_too(clock):
    clock.set(HOUR)
    with started_with(clock):
        shown = subprocess.run([sys.executable, "-c", FORK, READ], capture_output=True, check=True)
    wall = float(shown.stdout.removeprefix(b"b'").split()[0])
    assert is_about(HOUR, datetime.fromtimestamp(wall, UTC))


def test_running_servers_see_each_change(clock, tmp_path):
    with started_with(clock):
        database = postgresql.start(tmp_path / "postgresql", durable=False)
        broker = valkey.start(tmp_path / "valkey", durable=False)
    try:
        with (
            psycopg.connect(database.url, autocommit=True) as connection,
            redis.Redis.from_url(broker.url) as client,
        ):

            def of_database():
                return connection.execute("SELECT clock_timestamp()").fetchone()[0]

            def of_broker():
                return datetime.fromtimestamp(client.time()[0], UTC)

            for offset in (HOUR, -HOUR, timedelta(0)):
                clock.set(offset)
                wait_for(lambda offset=offset: is_about(offset, of_database()))
                wait_for(lambda offset=offset: is_about(offset, of_broker()))
    finally:
        broker.stop()
        database.stop()
