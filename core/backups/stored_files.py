"""The files of the storage, on a local disk or in S3."""

from collections.abc import Iterator
from pathlib import Path

from django.core.files import File
from django.core.files.storage import default_storage

from core.backups.errors import BackupError
from core.backups.manifest import FILES, StoredFile, is_plain, write_file


def names(folder: str = "") -> Iterator[str]:
    """Yield the name of every file in the storage."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    prefix = f"{folder}/" if folder else ""
    # S3 may list the folder itself, under an empty name.
    yield from (f"{prefix}{name}" for name in files if name)
    for name in folders:
        yield from names(f"{prefix}{name}")


def copy_all(backup: Path) -> dict[str, StoredFile]:
    """Copy every file of the storage into a backup, except those that are deleted before."""
    copied = {}
    for name in names():
        if not is_plain(name):
            raise BackupError(f"The storage has a file with an impossible name: {name}")
        try:
            file = default_storage.open(name)
        except FileNotFoundError:
            continue
        with file:
            copied[name] = write_file(backup / FILES / name, file.chunks())
    return copied


def is_empty() -> bool:
    return next(names(), None) is None


def save(backup: Path, name: str) -> None:
    with (backup / FILES / name).open("rb") as file:
        saved = default_storage.save(name, File(file))
    if saved != name:
        default_storage.delete(saved)
        raise BackupError(f"The storage has a file {name} already. Restore into an empty one.")


def delete(name: str) -> None:
    default_storage.delete(name)
