"""A migration that locks a table for long is found, and gives up waiting for a lock itself."""

import psycopg
import pytest
from django.apps import apps
from django.contrib.postgres.operations import AddIndexConcurrently
from django.core.management import CommandError, call_command
from django.db import OperationalError, ProgrammingError, connection, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from core.concurrent_indexes import AddMissingIndexConcurrently
from core.management.commands.migrate import Command
from core.models import Site
from tests.support import database_owner
from tests.support.migration_locks import faults

INDEX = 'CREATE INDEX "site_name" ON "core_site" ("name_ru");'


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        (f"BEGIN;\n{INDEX}\nCOMMIT;", "require-concurrent-index-creation"),
        ('ALTER TABLE "core_site" DROP COLUMN "slug";', "ban-drop-column"),
        ('ALTER TABLE "core_site" ADD COLUMN "code" text NOT NULL;', "adding-required-field"),
        (
            'ALTER TABLE "core_site" ADD CONSTRAINT "c" CHECK ("slug" > \'\');',
            "constraint-missing-not-valid",
        ),
    ],
)
def test_a_long_lock_is_found(sql, rule):
    assert rule in "\n".join(faults("core.0002", sql, {}))


def test_harmless_changes_pass():
    sql = """BEGIN;
        ALTER TABLE "core_site" ADD COLUMN "code" varchar(20) DEFAULT '' NOT NULL;
        CREATE TABLE "core_note" ("id" bigint PRIMARY KEY, "body" varchar(20) NOT NULL);
        COMMIT;"""
    assert faults("core.0002", sql, {}) == []
    assert faults("core.0003", 'CREATE INDEX CONCURRENTLY "i" ON "core_site" ("slug");', {}) == []


def test_a_migration_may_give_its_reason():
    accepted = {"require-concurrent-index-creation": "An installation has a few publications."}
    assert faults("core.0002", INDEX, accepted) == []


@pytest.mark.django_db(transaction=True)
def test_a_migration_gives_up_on_a_table_that_is_held(monkeypatch, settings):
    settings.MIGRATION_LOCK_TIMEOUT_SECONDS = 1

    def change_sites(self, *_args, **_options):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE core_site ADD COLUMN code text")

    monkeypatch.setattr(Command.__bases__[0], "handle", change_sites)
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as holder:
        holder.execute("LOCK core_site IN ACCESS SHARE MODE")
        with pytest.raises(CommandError, match="waited 1 seconds"):
            call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)


@pytest.mark.django_db(transaction=True)
def test_an_index_whose_building_was_interrupted_is_built_again(site):
    build = "CREATE INDEX CONCURRENTLY unfinished ON core_site (name_ru)"
    owner = database_owner.connect()
    with owner.cursor() as cursor, transaction.atomic():
        Site.objects.update(name_ru="Вести")
        cursor.execute("SET lock_timeout = '100ms'")
        with pytest.raises(OperationalError, match="lock timeout"):
            cursor.execute(build)
    with owner.cursor() as cursor:
        with pytest.raises(ProgrammingError, match="already exists"):
            cursor.execute(build)
        call_command("migrate", verbosity=0)
        cursor.execute(build)
        # The next run leaves a finished one alone.
        call_command("migrate", verbosity=0)
        cursor.execute("DROP INDEX unfinished")
    owner.close()


@pytest.mark.django_db(transaction=True)
def test_a_migration_that_was_interrupted_between_two_indexes_can_be_repeated():
    index = models.Index(fields=["name_ru"], name="finished")
    operation = AddMissingIndexConcurrently("site", index)
    before = ProjectState.from_apps(apps)
    after = before.clone()
    operation.state_forwards("core", after)
    owner = database_owner.connect()
    for _try in range(2):
        with owner.schema_editor(atomic=False) as editor:
            operation.database_forwards("core", editor, before, after)
    with owner.cursor() as cursor:
        cursor.execute("DROP INDEX finished")
    owner.close()


def test_every_concurrent_index_can_be_met_again():
    loader = MigrationLoader(None)
    built = [
        operation
        for migration in loader.disk_migrations.values()
        for operation in migration.operations
        if isinstance(operation, AddIndexConcurrently)
    ]
    assert built
    assert all(isinstance(operation, AddMissingIndexConcurrently) for operation in built)
