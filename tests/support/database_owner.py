"""The owner of the tables, for what the application's role, which the tests work as, may not do."""

from contextlib import contextmanager

from django.db import connection

from core.database_roles import owner_settings


def connect():
    """Return a connection of the owner to the database that the test uses."""
    owner = connection.copy()
    owner.settings_dict = owner_settings(owner.settings_dict)
    return owner


@contextmanager
def owner_cursor():
    """Yield a cursor of the owner, on a connection that ends with the block."""
    owner = connect()
    try:
        with owner.cursor() as cursor:
            yield cursor
    finally:
        owner.close()


def execute_past_triggers(statement, params=()):
    """Change what triggers keep from being changed, in committed rows."""
    with owner_cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, params)
