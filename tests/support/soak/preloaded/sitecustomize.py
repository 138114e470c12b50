"""Python runs this as it starts under faketime, whose library has two faults.

It keeps state in shared memory that is named after the process, and hands the name on to the
programs that this one starts. A name that is left by a process that was killed, or is deleted by
one that was forked and ended, ends another program before it begins. The state is mapped by now, so
the names may go.

It mistakes the clock by which `time.sleep` sleeps for the one that it changes: set back by an hour,
a process would sleep for an hour.
"""

import os
import select
import time
from pathlib import Path

for _name in os.environ.pop("FAKETIME_SHARED", "").split():
    for _path in (f"/dev/shm{_name}", f"/dev/shm/sem.{_name.removeprefix('/')}"):
        Path(_path).unlink(missing_ok=True)


def _sleep(seconds):
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    select.select([], [], [], seconds)


time.sleep = _sleep
