"""Files in a folder, each there whole or not at all."""

import os
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class WholeFileStorage(FileSystemStorage):
    """A file gets its name after its last byte is on the disk.

    Until then it is an unnamed file (`O_TMPFILE`), which the kernel deletes after a full disk or
    `kill -9`. The folder must be on a Linux file system that supports this: ext4, XFS, Btrfs, tmpfs
    and overlayfs do, NFS does not.
    """

    def _save(self, name: str, content: "File[Any]") -> str:
        folder = Path(self.path(name)).parent
        folder.mkdir(parents=True, exist_ok=True)
        # A temporary name and a rename would leave half-written files behind a killed process.
        unnamed = os.open(folder, os.O_TMPFILE | os.O_WRONLY, 0o644)
        with os.fdopen(unnamed, "wb") as file:
            for chunk in content.chunks():
                file.write(chunk if isinstance(chunk, bytes) else chunk.encode())
            file.flush()
            # Before the name exists: after a loss of power a name must never lead to missing bytes.
            os.fsync(unnamed)
            name = self._named(unnamed, name)
        _keep(folder)
        return name

    def _named(self, unnamed: int, name: str) -> str:
        open_files = os.open("/proc/self/fd", os.O_RDONLY)
        try:
            while True:
                try:
                    # Passing a descriptor makes Python follow the symbolic link at this path.
                    # link() fails on an existing name, where rename() would overwrite it: two
                    # writers never share one.
                    os.link(str(unnamed), self.path(name), src_dir_fd=open_files)
                except FileExistsError:
                    name = self.get_available_name(name)
                else:
                    return name
        finally:
            os.close(open_files)


def _keep(folder: Path) -> None:
    """A name is kept by its folder, which a loss of power must not take back either."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
