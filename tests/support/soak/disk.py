"""A small disk that can be filled to the last byte and emptied again.

It is a tmpfs. Root mounts it. Anyone else may mount only inside a user namespace, so a process that
does nothing holds one, and the disk is reached through that process's root.
"""

import ctypes
import errno
import os
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

MEBIBYTE = 1024 * 1024
_BALLAST = "ballast"
_NAMESPACE = ("unshare", "--user", "--map-current-user", "--keep-caps", "--mount")
_LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Disk:
    folder: Path

    def fill(self):
        """Leave no room for another byte, except in files that are on the disk already."""
        with (self.folder / _BALLAST).open("ab") as ballast:
            for size in (MEBIBYTE, 4096):
                with suppress(_NoRoom):
                    while True:
                        _grow(ballast, size)

    def empty(self):
        """Delete what filled it."""
        (self.folder / _BALLAST).unlink(missing_ok=True)

    def room(self):
        """Return how many bytes are free."""
        state = os.statvfs(self.folder)
        return state.f_bavail * state.f_frsize


class _NoRoom(Exception):
    pass


def _grow(file, size):
    try:
        os.posix_fallocate(file.fileno(), os.fstat(file.fileno()).st_size, size)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise _NoRoom from error


@contextmanager
def small_disk(folder, size):
    """Mount a disk of `size` bytes over the empty `folder`, and unmount it at the end.

    Work in the folder of the disk that is yielded: for a user who is not root it is another one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()
    if os.geteuid() == 0:
        _mount(folder, size)
        try:
            yield Disk(folder)
        finally:
            # Also while a process that is still ending has a file open there.
            subprocess.run(["umount", "--lazy", folder], check=True)
        return
    with _holder(folder, size) as holder:
        yield Disk(Path(f"/proc/{holder.pid}/root{folder}"))


def _mount(folder, size):
    kind, options = b"tmpfs", f"size={size},mode=755".encode()
    # mount(8) refuses everyone but root, and does not ask the kernel.
    if _LIBC.mount(kind, os.fsencode(folder), kind, 0, options):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(folder))


@contextmanager
def _holder(folder, size):
    with subprocess.Popen(
        [*_NAMESPACE, sys.executable, __file__, folder, str(size)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        try:
            if not holder.stdout.readline():
                raise RuntimeError("This machine gives its users no namespaces: run it as root.")
            yield holder
        finally:
            holder.send_signal(signal.SIGTERM)


def _hold(folder, size):
    """Mount the disk in this namespace and stay until the parent ends."""
    _mount(Path(folder), int(size))
    sys.stdout.write("mounted\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    _hold(*sys.argv[1:])
