from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import OperationalError
from psycopg.errors import LockNotAvailable

from core.database_roles import as_owner, grant_rights

# What remains of an index that is built concurrently, when its building is interrupted. A migration
# that is tried again would find the name taken.
_UNFINISHED_INDEXES = """
    SELECT format('%I.%I', space.nspname, relation.relname)
      FROM pg_index AS index
      JOIN pg_class AS relation ON relation.oid = index.indexrelid
      JOIN pg_namespace AS space ON space.oid = relation.relnamespace
     WHERE NOT index.indisvalid AND space.nspname = current_schema()
           AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index AS building
                            WHERE building.index_relid = index.indexrelid)
"""


class Command(migrate.Command):
    help = f"{migrate.Command.help} No statement waits long for a lock."

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate as the owner of the tables, then give the application's role its rights."""
        connection = connections[options["database"]]
        application = connection.settings_dict
        with as_owner(connection):
            try:
                self._migrate(*args, **options)
            finally:
                # The migrations before one that failed stay, and may have made tables.
                if settings.DATABASE_OWNER and not _changes_nothing(options):
                    grant_rights(connection, application["USER"], application["PASSWORD"])

    def _migrate(self, *args: Any, **options: Any) -> None:
        # A statement that waits for an exclusive lock stops every later query of that table. So it
        # gives up early: running processes go on, and the migration is tried again.
        seconds = settings.MIGRATION_LOCK_TIMEOUT_SECONDS
        connection = connections[options["database"]]
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{seconds}s"])
        try:
            if not _changes_nothing(options):
                _drop_unfinished_indexes(connection)
            super().handle(*args, **options)
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            raise CommandError(
                f"A migration waited {seconds} seconds for a table that another transaction holds, "
                "and was undone. Run `manage.py migrate` again; migrations applied before it stay."
            ) from error
        finally:
            if connection.is_usable():
                with connection.cursor() as cursor:
                    cursor.execute("RESET lock_timeout")


def _changes_nothing(options: dict[str, Any]) -> bool:
    return bool(options["plan"] or options["check_unapplied"])


def _drop_unfinished_indexes(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_UNFINISHED_INDEXES)
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX CONCURRENTLY {name}")
