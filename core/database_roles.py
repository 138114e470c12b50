"""Two roles of PostgreSQL: the owner of the tables, for migrations alone, and the application's.

The application's role owns nothing. It can neither switch off a trigger nor empty a table, and it
has no right to change or delete an audit event.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from core.audit import AuditEvent

# Only migrations write it.
_READ_ONLY = "django_migrations"
_RIGHTS = (
    # All rights that an earlier version or an administrator has given go first.
    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
    "REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role}",
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "REVOKE INSERT, UPDATE, DELETE ON {read_only} FROM {role}",
)
# For processes that run while a later migration makes a table.
_RIGHTS_TO_NEW_TABLES = (
    """
    ALTER DEFAULT PRIVILEGES IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}
    """,
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
)
_RIGHTS_TO_AUDIT_EVENTS = (
    "REVOKE UPDATE, DELETE ON {table} FROM {role}",
    # An erased person is unlinked from what they did.
    "GRANT UPDATE (actor_id) ON {table} TO {role}",
)
# Every migration of django-pgtrigger makes this function again, so that any role may name triggers
# that are passed by: `SET pgtrigger.ignore = …`. Nothing of the product does.
_NO_TRIGGER_IS_IGNORED = """
    CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name name)
    RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false'
"""
_OWNED_LOGS = """
    SELECT count(*) FROM pg_class
     WHERE oid = ANY(%s::text[]::regclass[]) AND pg_has_role(relowner, 'MEMBER')
"""


def owner_settings(application: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of the owner's connection to the database of the application's.

    They are the same if `DATABASE_OWNER_URL` is not set.
    """
    owner = settings.DATABASE_OWNER
    if not owner:
        return application
    # The name is that of the application's database: tests and restorations change it.
    login = {key: owner[key] for key in ("USER", "PASSWORD", "HOST", "PORT")}
    options = {**application["OPTIONS"], **owner.get("OPTIONS", {})}
    return {**application, **login, "OPTIONS": options}


@contextmanager
def as_owner(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Let a connection be the owner's (`DATABASE_OWNER_URL`), if there is a separate one."""
    if not settings.DATABASE_OWNER:
        yield
        return
    application = connection.settings_dict
    connection.close()
    connection.settings_dict = owner_settings(application)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = application


def grant_rights(connection: BaseDatabaseWrapper, name: str, password: str) -> None:
    """Give the application's role what it needs, as the owner; make the role if there is none."""
    role = sql.Identifier(name)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
        cursor.execute("SELECT pg_has_role(%s, 'MEMBER WITH ADMIN OPTION')", [name])
        (is_ours_to_change,) = cursor.fetchone()
        if password and is_ours_to_change:
            # Encrypted, for the server may log the statement.
            verifier = connection.connection.pgconn.encrypt_password(
                password.encode(), name.encode(), b"scram-sha-256"
            )
            statement = sql.SQL("ALTER ROLE {} PASSWORD {}")
            cursor.execute(statement.format(role, sql.Literal(verifier.decode())))
        read_only = sql.Identifier(_READ_ONLY)
        for right in (*_RIGHTS, *_RIGHTS_TO_NEW_TABLES):
            cursor.execute(sql.SQL(right).format(role=role, read_only=read_only))
        # A migration backwards may have taken a table away.
        for table in _audit_tables() & set(connection.introspection.table_names(cursor)):
            for right in _RIGHTS_TO_AUDIT_EVENTS:
                cursor.execute(sql.SQL(right).format(role=role, table=sql.Identifier(table)))
        cursor.execute(_NO_TRIGGER_IS_IGNORED)


def owns_audit_log(connection: BaseDatabaseWrapper) -> bool:
    """Return whether a connection's role may switch off the triggers of an audit log."""
    tables = _audit_tables() & set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        cursor.execute(_OWNED_LOGS, [sorted(tables)])
        (count,) = cursor.fetchone()
    return bool(count)


def _audit_tables() -> set[str]:
    return {model._meta.db_table for model in apps.get_models() if issubclass(model, AuditEvent)}
