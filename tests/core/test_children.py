"""Children that read untrusted files: what comes back, and the limits that they set themselves."""

import signal

import pytest

from core.children import ChildFailed, ChildTooDemanding, run_child

CHILD = """
import os, sys
from core.children import limit_process
limit_process(memory=200_000_000, cpu_seconds=1)
exec(sys.argv[1])
"""


@pytest.fixture
def child(tmp_path, monkeypatch):
    """Run these statements in a child with its limits."""
    (tmp_path / "limited.py").write_text(CHILD)
    monkeypatch.setattr("core.children._ENVIRONMENT", {"PYTHONPATH": str(tmp_path)})
    return lambda statements, **more: run_child("limited", statements, **({"seconds": 20} | more))


def test_child_reads_what_it_is_given(child):
    copy = "sys.stdout.buffer.write(sys.stdin.buffer.read())"
    assert child(copy, content=b"\0\xff") == b"\0\xff"


def test_exit_code_is_told(child):
    with pytest.raises(ChildFailed) as failed:
        child("sys.exit(7)")
    assert failed.value.code == 7


def test_child_knows_no_secrets_of_its_parent(child, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "secret")
    assert b"SECRET_KEY" not in child("print(list(os.environ))")


@pytest.mark.parametrize(
    ("demand", "seconds"),
    [
        ("bytes(300_000_000)", 20),
        ("\nwhile True: pass", 20),
        ("os.kill(os.getpid(), 9)", 20),
        (
            "print('memory allocation of 9 bytes failed', file=sys.stderr, flush=True); os.abort()",
            20,
        ),
        ("import time; time.sleep(20)", 0.5),
    ],
    ids=["memory", "processor time", "no memory left", "memory in Rust", "waiting"],
)
def test_child_beyond_its_limits_is_ended(child, demand, seconds):
    with pytest.raises(ChildTooDemanding):
        child(demand, seconds=seconds)


@pytest.mark.parametrize(
    ("end", "code"),
    [
        ("os.abort()", -signal.SIGABRT),
        ("os.kill(os.getpid(), 11)", -signal.SIGSEGV),
        ("raise LookupError('nobody has thought of this')", 1),
    ],
)
def test_a_crash_is_not_taken_for_a_limit(child, end, code):
    with pytest.raises(ChildFailed) as failed:
        child(end)
    assert failed.value.code == code


def test_child_can_write_no_file(child, tmp_path):
    path = tmp_path / "written"
    with pytest.raises(ChildFailed):
        child(f"with open({str(path)!r}, 'w') as file: file.write('x')")
    assert path.read_text() == ""
