import os
import signal
import subprocess
import sys
import textwrap

import psutil
import pytest

from devserver.processes import Process
from devserver.supervisor import ProcessEndedError, require_all, running_together
from tests.support.waiting import wait_for


def python(name, source):
    return Process(name, (sys.executable, "-u", "-c", textwrap.dedent(source)))


def wait_for_line(child):
    while not (lines := list(child.new_lines())):
        require_all([child])
    return lines[0]


SLEEPER = python("sleeper", "import time; print('up'); time.sleep(600)")
PARENT = python(
    "parent",
    """
    import subprocess, sys, time
    orphan = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    print(orphan.pid)
    time.sleep(600)
    """,
)
SUPERVISOR = """
import signal, sys, time
from pathlib import Path
from devserver.processes import Process
from devserver.supervisor import running_together
sleeper = Process("sleeper", ("sleep", "600"))
with running_together([sleeper], logs=Path(sys.argv[1])) as children:
    print(children[0].process.pid, flush=True)
    time.sleep(600)
"""


def test_nothing_is_left_running_not_even_grandchildren(tmp_path):
    with running_together([SLEEPER, PARENT], logs=tmp_path) as children:
        orphan = psutil.Process(int(wait_for_line(children[1])))
        pids = [child.process.pid for child in children]
        assert orphan.is_running()
    assert not [pid for pid in pids if psutil.pid_exists(pid)]
    psutil.wait_procs([orphan], timeout=30)
    assert not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE


def test_end_of_one_is_reported_by_name_with_its_last_words(tmp_path):
    dying = python("beat", "print('cannot find the schedule'); raise SystemExit(3)")
    with running_together([SLEEPER, dying], logs=tmp_path) as children:
        children[1].process.wait()
        with pytest.raises(ProcessEndedError) as raised:
            require_all(children)
    assert "beat ended by itself (exit code 3)" in str(raised.value)
    assert "cannot find the schedule" in str(raised.value)


def test_a_process_is_asked_to_stop_before_it_is_made_to(tmp_path):
    polite = python(
        "polite",
        """
        import signal, time
        def finish(*_):
            print("finished what was in hand")
            raise SystemExit
        signal.signal(signal.SIGTERM, finish)
        print("up")
        time.sleep(600)
        """,
    )
    with running_together([polite], logs=tmp_path) as children:
        wait_for_line(children[0])
    assert "finished what was in hand" in (tmp_path / "polite.log").read_text()


def test_lines_are_handed_out_once_and_whole(tmp_path):
    with running_together([SLEEPER], logs=tmp_path) as children:
        assert wait_for_line(children[0]) == "up"
        with (tmp_path / "sleeper.log").open("a") as log:
            log.write("half of ")
            log.flush()
            assert list(children[0].new_lines()) == []
            log.write("a line\n")
        assert list(children[0].new_lines()) == ["half of a line"]


@pytest.mark.skipif(sys.platform != "linux", reason="the death signal is the Linux kernel's")
def test_killed_supervisor_takes_its_processes_with_it(tmp_path):
    supervisor = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, tmp_path], stdout=subprocess.PIPE, text=True
    )
    sleeper = psutil.Process(int(supervisor.stdout.readline()))
    # Until setpriv has set the death signal and become the command, nothing ties it to its parent.
    wait_for(lambda: sleeper.name() == "sleep")
    os.kill(supervisor.pid, signal.SIGKILL)
    supervisor.communicate()
    psutil.wait_procs([sleeper], timeout=30)
    assert not sleeper.is_running() or sleeper.status() == psutil.STATUS_ZOMBIE
