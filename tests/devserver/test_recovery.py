"""deploy/recovery.sh recovers a database to a moment, with the programs of the server's version."""

import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from devserver.embedded import postgresql
from tests.support.paths import ROOT
from tests.support.waiting import wait_for


@pytest.fixture
def server(tmp_path):
    # Replication needs wal_level=replica and max_wal_senders, which are the defaults.
    server = postgresql.start(tmp_path / "server", durable=False)
    yield server
    server.stop()


@pytest.fixture
def environment(server, tmp_path):
    with psycopg.connect(server.url) as connection:
        host, user = connection.info.host, connection.info.user
    return os.environ | {
        "PATH": f"{postgresql._BINARIES}:{os.environ['PATH']}",
        "RECOVERY_DIR": str(tmp_path / "recovery"),
        "KEEP_BASES": "2",
        "PGHOST": host,
        "PGUSER": user,
    }


def recovery(environment, *arguments):
    return subprocess.run(
        ["sh", ROOT / "deploy/recovery.sh", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def succeeds(environment, *arguments):
    result = recovery(environment, *arguments)
    assert result.returncode == 0, result.stderr
    return result.stdout


@contextmanager
def receiving(environment):
    with subprocess.Popen(
        ["sh", ROOT / "deploy/recovery.sh", "receive"], env=environment
    ) as receiver:
        wait_for(lambda: recovery(environment, "check").returncode == 0)
        yield
        receiver.terminate()


def write(connection, note):
    connection.execute("INSERT INTO notes VALUES (%s)", [note])
    return connection.execute("SELECT clock_timestamp()").fetchone()[0].isoformat()


def wait_until_received(connection):
    (end,) = connection.execute("SELECT pg_current_wal_flush_lsn()").fetchone()
    received = "SELECT count(*) FROM pg_stat_replication WHERE flush_lsn >= %s"
    wait_for(lambda: connection.execute(received, [end]).fetchone() == (1,))


def notes_of(folder):
    """Start a server in a recovered folder and return what it knows after the recovery."""
    if os.geteuid() == 0:
        for path in (folder, *(folder / "data").rglob("*"), folder / "data"):
            shutil.chown(path, "nobody")
    server = postgresql.start(folder, durable=False)
    try:
        with psycopg.connect(server.url, autocommit=True) as connection:
            recovers = "SELECT pg_is_in_recovery()"
            wait_for(lambda: connection.execute(recovers).fetchone() == (False,))
            return [note for (note,) in connection.execute("SELECT body FROM notes")]
    finally:
        server.stop()


def test_recovery_to_a_moment(server, environment, tmp_path):
    with psycopg.connect(server.url, autocommit=True) as connection, receiving(environment):
        connection.execute("CREATE TABLE notes (body text)")
        before = write(connection, "before the base backup")
        succeeds(environment, "base")
        moment = write(connection, "first")
        write(connection, "second")
        wait_until_received(connection)

    assert "recovers" in succeeds(environment, "restore", moment, str(tmp_path / "moment/data"))
    assert notes_of(tmp_path / "moment") == ["before the base backup", "first"]
    succeeds(environment, "restore", "latest", str(tmp_path / "latest/data"))
    assert notes_of(tmp_path / "latest") == ["before the base backup", "first", "second"]

    too_early = recovery(environment, "restore", before, str(tmp_path / "early"))
    assert "no base backup from before" in too_early.stderr
    assert not (tmp_path / "early").exists()
    occupied = recovery(environment, "restore", moment, str(tmp_path / "moment/data"))
    assert "is not empty" in occupied.stderr


def test_old_base_backups_and_the_log_before_them_are_deleted(server, environment):
    folder = Path(environment["RECOVERY_DIR"])
    kept = {}
    with psycopg.connect(server.url, autocommit=True) as connection, receiving(environment):
        for number in range(3):
            connection.execute(f"CREATE TABLE t{number} AS SELECT 1 AS one")
            connection.execute("SELECT pg_switch_wal()")
            wait_until_received(connection)
            succeeds(environment, "base")
            kept[number] = sorted(path.name for path in (folder / "bases").iterdir())
        segments = sorted(path.name for path in (folder / "wal").iterdir())
    assert [len(names) for names in kept.values()] == [1, 2, 2]
    assert kept[2][0] == kept[1][1]
    label = (folder / "bases" / kept[2][0] / "backup_label").read_text()
    assert f"(file {segments[0]})" in label


def test_no_base_backup_is_made_while_the_log_is_not_received(environment):
    result = recovery(environment, "base")
    assert result.returncode != 0
    assert "not being received" in result.stderr
    assert not Path(environment["RECOVERY_DIR"]).exists()
