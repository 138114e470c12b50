from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

from core.backups import database, keys, manifest, stored_files
from core.backups.errors import BackupError
from core.backups.manifest import DATABASE, FILES, Manifest, listed
from core.backups.withheld import prevent_repetition


@dataclass(frozen=True, slots=True)
class Restored:
    manifest: Manifest
    cancelled_emails: int
    advice: list[str]


def check_backup(source: Path) -> Manifest:
    """Return the manifest; raise BackupError unless the backup is whole and can be restored."""
    result = manifest.read(source)
    manifest.check_files(source, result)
    _check_versions(result)
    return result


def restore_backup(source: Path, *, send_emails: bool, skip_numbers: int) -> Restored:
    """Restore a backup into an empty installation. What fails leaves the installation empty."""
    backup = check_backup(source)
    try:
        return _restore(source, backup, send_emails=send_emails, skip_numbers=skip_numbers)
    except (OSError, DatabaseError) as error:
        raise BackupError(f"The backup could not be restored: {error}.") from error


def _restore(source: Path, backup: Manifest, *, send_emails: bool, skip_numbers: int) -> Restored:
    with ExitStack() as undo:
        with database.connected() as own:
            _check_server(own, backup)
            if not database.is_empty(own):
                raise BackupError("The database is not empty. Create a new one and restore there.")
        if not stored_files.is_empty():
            raise BackupError("The storage is not empty. Restore the files into an empty one.")
        keys.restore(source, undo.callback)
        for name in backup.names_in(FILES):
            stored_files.save(source, name)
            undo.callback(stored_files.delete, name)
        _restore_database(source, backup, undo)
        # The backup may be of an older version of the product.
        call_command("migrate", interactive=False, verbosity=0)
        cancelled = prevent_repetition(send_emails=send_emails, skip_numbers=skip_numbers)
        undo.pop_all()
    return Restored(backup, cancelled, keys.advice(source))


def _restore_database(source: Path, backup: Manifest, undo: ExitStack) -> None:
    with database.connected() as own:
        database.load(own, source / DATABASE)
        undo.callback(_clear_database)
        if lines := database.differences(backup.tables, database.count_rows(own)):
            raise BackupError("The restored database differs from the backup.\n" + listed(lines))


def _clear_database() -> None:
    connection.close()
    with database.connected() as own:
        database.clear(own)


def _check_versions(backup: Manifest) -> None:
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if unknown := sorted(set(backup.migrations) - known):
        raise BackupError(
            f"The backup is of a newer version of the product ({backup.product_version}), with "
            "migrations that this one does not know. Install that version first.\n"
            + listed(unknown)
        )


def _check_server(own: database.Connection, backup: Manifest) -> None:
    version = database.server_version(own)
    if version < backup.postgresql:
        raise BackupError(
            f"The backup is of PostgreSQL {backup.postgresql}; this server is {version}. "
            "Restore into the same version or a newer one."
        )
