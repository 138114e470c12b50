import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request

import psutil
import pytest

from devserver.embedded.valkey import free_port
from tests.support.paths import ROOT


@pytest.fixture
def environment(tmp_path):
    ours = {"VAR_DIR": str(tmp_path), "PORT": str(free_port()), "PYTHONUNBUFFERED": "1"}
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "REDIS_URL", "DEMO", "BASE_URL"}
    }
    return inherited | ours


@pytest.fixture
def start(environment):
    """Start Otklik as `make run` does, once or again; what still runs is killed at the end."""
    started = []

    def start():
        process = subprocess.Popen(
            [sys.executable, "-m", "devserver.start"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def manage(environment, *arguments):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def read_until(process, pattern):
    output = ""
    for line in process.stdout:
        output += line
        if re.search(pattern, output):
            return output
    raise AssertionError(f"ended without {pattern!r}:\n{output}")


def is_alive(process):
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def test_start_stop_start_again_and_what_holds_while_it_runs(start, environment):
    """In one test, because the first start on an empty folder takes long."""
    first = start()
    guide = read_until(first, "Ctrl-C stops everything")
    assert "Database…" in guide
    assert f"http://127.0.0.1:{environment['PORT']}/" in guide
    ready = urllib.request.urlopen(f"http://127.0.0.1:{environment['PORT']}/readyz")
    assert ready.status == 200
    family = psutil.Process(first.pid).children(recursive=True)
    assert {"postgres", "valkey-server"} <= {process.name() for process in family}

    first.send_signal(signal.SIGINT)
    assert "Stopped." in first.communicate()[0]
    assert first.returncode == 0
    assert not [process for process in family if is_alive(process)]

    again = start()
    output = read_until(again, "Ctrl-C stops everything")
    assert "Database…" not in output
    assert guide.partition("\n\n")[2] == output.partition("\n\n")[2]

    second = start()
    assert f"process {again.pid}" in second.communicate()[0]
    assert second.returncode == 1

    assert manage(environment, "migrate", "--check").returncode == 0

    # The death of one process takes the rest down, with its name.
    family = psutil.Process(again.pid).children(recursive=True)
    next(process for process in family if process.cmdline()[-1] == "relay").kill()
    assert "relay ended by itself" in again.communicate()[0]
    assert again.returncode == 1
    assert not [process for process in family if is_alive(process)]


def test_taken_port_is_named_with_the_way_out(start, environment):
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(environment["PORT"])))
        other.listen()
        process = start()
        output = process.communicate()[0]
    assert process.returncode == 1
    assert f"Port {environment['PORT']} cannot be used" in output
    assert f"make run PORT={int(environment['PORT']) + 1}" in output


def test_commands_by_hand_say_what_is_missing(environment):
    result = manage(environment, "migrate")
    assert result.returncode == 1
    assert "Start `make run` in another terminal" in result.stderr
