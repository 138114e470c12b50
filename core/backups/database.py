"""The database's side: one snapshot for the dump, the counts and the names of files."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.apps import apps
from django.db import connection, models
from psycopg import IsolationLevel, sql

from core.backups import client_programs
from core.backups.errors import BackupError
from core.database_roles import owner_settings
from core.models import Email

Connection = psycopg.Connection[Any]
_VERSION_UNIT = 10_000  # PostgreSQL 18.6 is 180006

_TABLES = """
    SELECT schemaname, tablename FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
     ORDER BY schemaname, tablename
"""

# Also what is no table, such as a trigger's function: pg_restore would stop at it. What belongs to
# an extension may be there already.
_OBJECTS = """
    WITH ours AS (
        SELECT oid FROM pg_namespace
         WHERE nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%'
    ), objects AS (
        SELECT oid, 'pg_class'::regclass AS kind FROM pg_class
         WHERE relnamespace IN (SELECT oid FROM ours)
         UNION ALL
        SELECT oid, 'pg_proc'::regclass FROM pg_proc
         WHERE pronamespace IN (SELECT oid FROM ours)
    )
    SELECT count(*) FROM objects
     WHERE NOT EXISTS (
        SELECT FROM pg_depend
         WHERE classid = kind AND objid = objects.oid AND deptype = 'e'
     )
"""

_ATTACHMENTS = """
    SELECT DISTINCT attachment ->> 'stored_as'
      FROM {table}, jsonb_array_elements(attachments) AS attachment
"""


@contextmanager
def connected() -> Iterator[Connection]:
    """Yield a connection of our own to the database of the settings, as the owner of the tables.

    Raises BackupError if PostgreSQL refuses it, or a statement on it.
    """
    owner = connection.copy()
    owner.settings_dict = owner_settings(owner.settings_dict)
    params = owner.get_connection_params()
    # Django's cursor expects a connection of Django's.
    params.pop("cursor_factory", None)
    try:
        with psycopg.connect(**params) as own:
            yield own
    except psycopg.Error as error:
        raise BackupError(f"The database refused: {error}") from error


@contextmanager
def snapshot() -> Iterator[Connection]:
    """Yield a connection that sees one state of the database until it is closed."""
    with connected() as own:
        own.isolation_level = IsolationLevel.REPEATABLE_READ
        own.read_only = True
        yield own


def server_version(own: Connection) -> int:
    """Return the major version."""
    return own.info.server_version // _VERSION_UNIT


def count_rows(own: Connection) -> dict[str, int]:
    """Return the number of rows of each table, by `schema.table`."""
    counts = {}
    for schema, table in own.execute(_TABLES).fetchall():
        statement = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))
        counts[f"{schema}.{table}"] = _value(own, statement)
    return counts


def applied_migrations(own: Connection) -> list[str]:
    rows = own.execute("SELECT app, name FROM django_migrations ORDER BY id").fetchall()
    return [f"{app}.{name}" for app, name in rows]


def named_files(own: Connection) -> set[str]:
    """Return the names of all files of the storage that the database refers to."""
    names: set[str] = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField):
                statement = sql.SQL("SELECT DISTINCT {0} FROM {1} WHERE {0} <> ''").format(
                    sql.Identifier(str(field.column)), sql.Identifier(model._meta.db_table)
                )
                names.update(name for (name,) in own.execute(statement))
    table = sql.Identifier(Email._meta.db_table)
    names.update(name for (name,) in own.execute(sql.SQL(_ATTACHMENTS).format(table=table)))
    return names


def is_empty(own: Connection) -> bool:
    return not _value(own, sql.SQL(_OBJECTS))


def dump(own: Connection, to: Path) -> None:
    """Write what the snapshot of a connection sees to a file, in pg_dump's custom format."""
    name = _value(own, sql.SQL("SELECT pg_export_snapshot()"))
    client_programs.run(
        client_programs.program("pg_dump", server=server_version(own)),
        ["--format=custom", "--no-owner", "--no-acl", f"--snapshot={name}", f"--file={to}"],
        connection=own,
    )


def load(own: Connection, dumped: Path) -> None:
    """Restore a dump into an empty database, the whole of it or nothing."""
    client_programs.run(
        client_programs.program("pg_restore", server=server_version(own)),
        ["--single-transaction", "--exit-on-error", "--no-owner", "--no-acl", dumped],
        connection=own,
    )


def clear(own: Connection) -> None:
    """Make a database empty again that was empty before its restoration."""
    with own.transaction():
        own.execute("DROP SCHEMA public CASCADE")
        # As initdb makes it.
        own.execute("CREATE SCHEMA public AUTHORIZATION pg_database_owner")
        own.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")


def differences(expected: Mapping[str, int], actual: Mapping[str, int]) -> list[str]:
    """Return a line for each table whose number of rows is not the expected one."""
    return [
        f"{table}: {expected.get(table, 'no table')} in the backup, "
        f"{actual.get(table, 'no table')} restored"
        for table in sorted(expected.keys() | actual.keys())
        if expected.get(table) != actual.get(table)
    ]


def _value(own: Connection, statement: sql.SQL | sql.Composed) -> Any:
    ((value,),) = own.execute(statement).fetchall()
    return value
