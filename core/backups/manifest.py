"""The manifest of a backup: what it holds, from which versions, with the hash of every file."""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from core.backups.errors import BackupError

FORMAT = 1
DATABASE = "database.dump"
FILES = "files"
KEYS = "keys"
_NAME = "manifest.json"
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class StoredFile:
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`migrations` are those applied, as `app.name`; `missing_files` were missing in the storage
    when the backup was made, although the database refers to them."""

    product_version: str
    created_at: str
    postgresql: int
    migrations: Sequence[str]
    tables: Mapping[str, int]
    missing_files: Sequence[str]
    files: Mapping[str, StoredFile]

    def names_in(self, folder: str) -> Iterator[str]:
        """Yield the names of the files below a folder of the backup, relative to it."""
        prefix = f"{folder}/"
        return (name.removeprefix(prefix) for name in self.files if name.startswith(prefix))


def write_file(path: Path, chunks: Iterable[bytes]) -> StoredFile:
    """Write a file of a backup to the disk, readable by its owner alone; return its hash."""
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for chunk in chunks:
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
        file.flush()
        os.fsync(descriptor)
    return StoredFile(size, digest.hexdigest())


def chunks_of(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


def hash_of(path: Path) -> StoredFile:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        for chunk in chunks_of(file):
            digest.update(chunk)
            size += len(chunk)
    return StoredFile(size, digest.hexdigest())


def write(folder: Path, manifest: Manifest) -> None:
    text = json.dumps({"format": FORMAT, **asdict(manifest)}, ensure_ascii=False, indent=1)
    write_file(folder / _NAME, [text.encode()])


def read(folder: Path) -> Manifest:
    """Return the manifest of a backup. Raises BackupError if there is none that can be read."""
    try:
        content: dict[str, Any] = json.loads((folder / _NAME).read_bytes())
        version = content.pop("format")
        if version == FORMAT:
            files = {name: StoredFile(**entry) for name, entry in content.pop("files").items()}
            manifest = Manifest(**content, files=files)
    except FileNotFoundError:
        raise BackupError(f"{folder} is no backup: it has no {_NAME}.") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BackupError(f"{folder / _NAME} is damaged. Use another copy of the backup.") from None
    if version != FORMAT:
        raise BackupError(f"The backup has format {version}; this version reads {FORMAT}.")
    return manifest


def check_files(folder: Path, manifest: Manifest) -> None:
    """Raise BackupError unless the folder has exactly the files of the manifest, unchanged."""
    present = {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()
    }
    faults = [f"{name}: not in the manifest" for name in present - {_NAME, *manifest.files}]
    for name, expected in manifest.files.items():
        if not is_plain(name):
            faults.append(f"{name}: not a name of a file in a backup")
        elif name not in present:
            faults.append(f"{name}: missing")
        elif hash_of(folder / name) != expected:
            faults.append(f"{name}: changed")
    if DATABASE not in manifest.files:
        faults.append(f"{DATABASE}: not in the manifest")
    if faults:
        raise BackupError(
            "The backup is damaged. Use another copy of it.\n" + listed(sorted(faults))
        )


def is_plain(name: str) -> bool:
    """Return whether a name leads to a file below the folder that it is relative to."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and path.as_posix() == name


def listed(lines: Sequence[str], at_most: int = 20) -> str:
    shown = [f"  {line}" for line in lines[:at_most]]
    more = len(lines) - at_most
    return "\n".join([*shown, *([f"  and {more} more"] if more > 0 else [])])
