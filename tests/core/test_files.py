"""A file in the media folder is whole, or it is not there."""

import errno
import os
import subprocess
import sys

import pytest
from django.core.files.base import ContentFile

from core.files import WholeFileStorage

SAVING = """
import os, resource, signal, sys
import django
from django.conf import settings
settings.configure()
from django.core.files.base import ContentFile
from core.files import WholeFileStorage

class Content(ContentFile):
    def chunks(self, chunk_size=None):
        yield b"%PDF-1.7 the first half"
        {then}

try:
    WholeFileStorage(sys.argv[1]).save("2026/a.pdf", Content(b""))
except OSError as error:
    sys.exit(error.errno)
"""


def save_in_a_process(folder, then):
    code = SAVING.format(then=then)
    return subprocess.run([sys.executable, "-c", code, folder], check=False).returncode


def test_what_was_saved_is_there(tmp_path):
    storage = WholeFileStorage(tmp_path)
    name = storage.save("2026/a.pdf", ContentFile(b"whole"))
    assert name == "2026/a.pdf"
    assert (tmp_path / name).read_bytes() == b"whole"
    assert (tmp_path / name).stat().st_nlink == 1


def test_a_name_taken_by_another_request_is_not_overwritten(tmp_path, monkeypatch):
    storage = WholeFileStorage(tmp_path)
    first = storage.save("a.pdf", ContentFile(b"first"))
    names = iter(["a.pdf", "b.pdf"])
    monkeypatch.setattr(storage, "get_available_name", lambda *_, **__: next(names))
    assert storage.save("a.pdf", ContentFile(b"second")) == "b.pdf"
    assert (tmp_path / first).read_bytes() == b"first"
    assert (tmp_path / "b.pdf").read_bytes() == b"second"


@pytest.mark.parametrize(
    ("then", "ending"),
    [
        ("os.kill(os.getpid(), signal.SIGKILL)", -9),
        (
            "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000)); yield bytes(60_000)",
            errno.EFBIG,
        ),
    ],
    ids=["killed", "no more room"],
)
def test_of_what_was_not_finished_nothing_is_left(tmp_path, then, ending):
    assert save_in_a_process(tmp_path, then) == ending
    assert [name for _, _, names in os.walk(tmp_path) for name in names] == []
