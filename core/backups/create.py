import os
import shutil
import tempfile
import tomllib
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from core.backups import database, keys, manifest, stored_files
from core.backups.errors import BackupError
from core.backups.manifest import DATABASE, FILES, KEYS, Manifest, listed

_TRIES = 3


class _FilesWereDeleted(Exception):
    """Files that the snapshot refers to were deleted while they were copied, with their rows."""


def create_backup(target: Path, *, with_keys: bool, allow_missing_files: bool) -> Manifest:
    """Make a backup in the folder `target`, which appears complete or not at all.

    The snapshot of the database comes first, so every file that it refers to exists by then: files
    never change, and a file is saved before its row is committed.
    """
    if target.exists():
        raise BackupError(f"{target} exists already. Name a new folder.")
    if not target.parent.is_dir():
        raise BackupError(f"{target.parent} is no folder.")
    for _try in range(_TRIES):
        try:
            draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        except OSError as error:
            raise BackupError(f"{target.parent} cannot be written to: {error.strerror}.") from error
        try:
            result = _fill(draft, with_keys=with_keys, allow_missing_files=allow_missing_files)
            draft.rename(target)
            _keep(target.parent)
        except _FilesWereDeleted:
            continue
        except OSError as error:
            raise BackupError(f"The backup could not be written: {error}.") from error
        else:
            return result
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    raise BackupError("Files were deleted each time while they were copied. Try again later.")


def _fill(draft: Path, *, with_keys: bool, allow_missing_files: bool) -> Manifest:
    files, moment = {}, timezone.now()
    with database.snapshot() as own:
        database.dump(own, draft / DATABASE)
        (draft / DATABASE).chmod(0o600)
        files[DATABASE] = manifest.hash_of(draft / DATABASE)
        named = database.named_files(own)
        tables, migrations = database.count_rows(own), database.applied_migrations(own)
        version = database.server_version(own)
    stored = stored_files.copy_all(draft)
    files |= {f"{FILES}/{name}": file for name, file in stored.items()}
    if with_keys:
        files |= {f"{KEYS}/{name}": file for name, file in keys.copy_all(draft).items()}
    result = Manifest(
        product_version=_product_version(),
        created_at=moment.isoformat(timespec="seconds"),
        postgresql=version,
        migrations=migrations,
        tables=tables,
        missing_files=_missing(named - stored.keys(), allow=allow_missing_files),
        files=files,
    )
    manifest.write(draft, result)
    return result


def _missing(names: set[str], *, allow: bool) -> list[str]:
    if not names:
        return []
    with database.connected() as own:
        lost = sorted(names & database.named_files(own))
    if lost and not allow:
        raise BackupError(
            "The database refers to files that are missing in the storage. Find them, or make the "
            "backup without them with --allow-missing-files.\n" + listed(lost)
        )
    if names - set(lost):
        raise _FilesWereDeleted
    return lost


def _product_version() -> str:
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    version: str = project["project"]["version"]
    return version


def _keep(folder: Path) -> None:
    # The name of the new folder must survive a loss of power, too.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
