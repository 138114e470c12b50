"""A small disk takes what fits, refuses the next byte, and takes it again once it was emptied."""

import errno
import os

import psycopg
import pytest

from devserver.embedded import postgresql
from tests.support.soak.disk import MEBIBYTE, small_disk


def test_a_full_disk_takes_no_byte_until_it_is_emptied(tmp_path):
    with small_disk(tmp_path / "disk", MEBIBYTE) as disk:
        kept = disk.folder / "kept"
        kept.write_bytes(b"before")
        disk.fill()
        with pytest.raises(OSError, match="No space left") as refusal:
            (disk.folder / "new").write_bytes(b"x")
        assert refusal.value.errno == errno.ENOSPC
        assert disk.room() == 0
        disk.empty()
        (disk.folder / "new").write_bytes(b"x" * 1000)
        assert kept.read_bytes() == b"before"


def test_it_is_a_disk_of_its_own(tmp_path):
    folder = tmp_path / "disk"
    with small_disk(folder, MEBIBYTE) as disk:
        (disk.folder / "inside").touch()
        disk.fill()
        (tmp_path / "outside").write_bytes(b"x" * MEBIBYTE)
        # An unnamed file, as the storage of the product makes them.
        disk.empty()
        os.close(os.open(disk.folder, os.O_TMPFILE | os.O_WRONLY))
    assert list(folder.iterdir()) == []


def test_postgresql_refuses_to_write_on_a_full_disk_and_goes_on_afterwards(tmp_path):
    with small_disk(tmp_path / "disk", 256 * MEBIBYTE) as disk:
        server = postgresql.start(disk.folder / "postgresql")
        try:
            with psycopg.connect(server.url, autocommit=True) as connection:
                connection.execute("CREATE TABLE kept (text text)")
                connection.execute("INSERT INTO kept VALUES ('before')")
                disk.fill()
                with pytest.raises(psycopg.errors.DiskFull):
                    connection.execute("CREATE TABLE more AS SELECT repeat('x', 9000)")
                disk.empty()
                connection.execute("INSERT INTO kept VALUES ('after')")
                texts = connection.execute("SELECT text FROM kept").fetchall()
            assert texts == [("before",), ("after",)]
        finally:
            server.stop()
