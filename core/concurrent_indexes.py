"""Indexes of tables that may be large, built while the tables are written to."""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently


class AddMissingIndexConcurrently(AddIndexConcurrently):
    """Builds an index unless it is there.

    A migration that builds several is in no transaction. When it is tried again, those that were
    finished are there; `manage.py migrate` has removed an unfinished one.
    """

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        # `sqlmigrate` shows the statement in any case.
        if schema_editor.collect_sql or not _exists(schema_editor.connection, self.index.name):
            super().database_forwards(app_label, schema_editor, from_state, to_state)


def _exists(connection: Any, name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [connection.ops.quote_name(name)])
        (found,) = cursor.fetchone()
    return found is not None
