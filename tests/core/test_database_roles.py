"""The application's role owns nothing, and gets around no trigger of an append-only table."""

import os

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import ProgrammingError, connection, transaction

from accounts.models import AccountEvent
from core.audit import AuditEvent
from core.database_roles import as_owner, grant_rights
from devserver.embedded import postgresql
from tests.support.database_owner import owner_cursor
from tests.support.people import new_person

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not os.environ["MIGRATED_DATABASE"], reason="a server with one role"),
]
INSUFFICIENT_PRIVILEGE = "42501"
# Trigger functions are called {trigger}().
NEW_FUNCTION = "CREATE OR REPLACE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS "
IGNORE = "SET LOCAL pgtrigger.ignore = '{{{trigger},{table}:{trigger}}}'; "
WAYS_AROUND_A_TRIGGER = {
    "empty the table": "TRUNCATE {table}",
    "empty it with others": "TRUNCATE {table} CASCADE",
    "switch the trigger off": "ALTER TABLE {table} DISABLE TRIGGER {trigger}",
    "switch all triggers off": "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "drop the trigger": "DROP TRIGGER {trigger} ON {table}",
    "rename the trigger": "ALTER TRIGGER {trigger} ON {table} RENAME TO other",
    "rewrite its function": NEW_FUNCTION + "'BEGIN RETURN NEW; END'",
    "drop its function": "DROP FUNCTION {trigger}() CASCADE",
    "own its function": "ALTER FUNCTION {trigger}() OWNER TO CURRENT_USER",
    "be a replica": "SET session_replication_role = replica",
    "be the owner": "SET ROLE otklik",
    "drop the table": "DROP TABLE {table} CASCADE",
    "own the table": "ALTER TABLE {table} OWNER TO CURRENT_USER",
    "add a column": "ALTER TABLE {table} ADD COLUMN other text",
    "add a trigger": "CREATE TRIGGER other BEFORE UPDATE ON {table} EXECUTE FUNCTION {trigger}()",
    "add a rule": "CREATE RULE other AS ON INSERT TO {table} DO INSTEAD NOTHING",
    "add a policy": "CREATE POLICY other ON {table} USING (false)",
    "make a table in the schema": "CREATE TABLE public.other ()",
    "make a schema": "CREATE SCHEMA other",
    "make an extension": "CREATE EXTENSION file_fdw",
    "feign migrations": "DELETE FROM django_migrations",
    "record a migration": "INSERT INTO django_migrations VALUES (-1, 'a', 'b', now())",
    "let triggers be ignored": (
        "CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name name)"
        " RETURNS boolean LANGUAGE sql AS 'SELECT true'"
    ),
}
WAYS_TO_CHANGE_THE_LOG = {
    "change": "UPDATE {table} SET note = 'x'",
    "change with the actor": "UPDATE {table} SET actor_id = NULL, note = 'x'",
    "delete": "DELETE FROM {table}",
    "change past the trigger": IGNORE + "UPDATE {table} SET note = 'x'",
    "delete past the trigger": IGNORE + "DELETE FROM {table}",
    "merge": (
        "MERGE INTO {table} AS log USING {table} AS own ON own.id = log.id"
        " WHEN MATCHED THEN UPDATE SET note = 'x'"
    ),
    "write again": (
        "INSERT INTO {table} SELECT * FROM {table} ON CONFLICT (id) DO UPDATE SET note = 'x'"
    ),
}
_TRIGGERS = """
    SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger
     WHERE NOT tgisinternal ORDER BY 1, 2
"""
# An owner is a member of the role itself. A superuser is one of every role.
_OWNED = """
    SELECT 'table', oid::regclass::text FROM pg_class WHERE pg_has_role(relowner, 'MEMBER')
     UNION ALL
    SELECT 'function', oid::regprocedure::text FROM pg_proc WHERE pg_has_role(proowner, 'MEMBER')
     UNION ALL
    SELECT 'schema', nspname FROM pg_namespace WHERE pg_has_role(nspowner, 'MEMBER')
     UNION ALL
    SELECT 'type', typname FROM pg_type WHERE pg_has_role(typowner, 'MEMBER')
     UNION ALL
    SELECT 'database', datname FROM pg_database WHERE pg_has_role(datdba, 'MEMBER')
     UNION ALL
    SELECT 'role', rolname FROM pg_roles
     WHERE rolname <> current_user AND pg_has_role(oid, 'MEMBER')
"""
_MAY_CREATE = """
    SELECT nspname FROM pg_namespace WHERE has_schema_privilege(oid, 'CREATE')
     UNION ALL
    SELECT datname FROM pg_database WHERE has_database_privilege(oid, 'CREATE')
"""


def rows(statement, params=None):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()


def is_refused(statement):
    try:
        with transaction.atomic():
            connection.cursor().execute(statement)
            transaction.set_rollback(True)
    except ProgrammingError as error:
        if error.__cause__.sqlstate != INSUFFICIENT_PRIVILEGE:
            raise
        return True
    return False


def tables_with_triggers():
    return {
        model._meta.db_table: issubclass(model, AuditEvent)
        for model in apps.get_models()
        if getattr(model._meta, "triggers", [])
    }


TABLES = tables_with_triggers()
LOGS = sorted(table for table, is_log in TABLES.items() if is_log)


@pytest.mark.parametrize("table", sorted(TABLES))
def test_no_trigger_is_got_around(table):
    triggers = [trigger for owner, trigger, _sql in rows(_TRIGGERS) if owner == table]
    assert triggers
    allowed = [
        f"{way}: {trigger}"
        for trigger in triggers
        for way, statement in WAYS_AROUND_A_TRIGGER.items()
        if not is_refused(statement.format(table=table, trigger=trigger))
    ]
    assert allowed == []


@pytest.mark.parametrize("table", LOGS)
def test_no_audit_event_is_changed(table):
    (trigger,) = (
        name for owner, name, _sql in rows(_TRIGGERS) if owner == table and "append_only" in name
    )
    allowed = [
        way
        for way, statement in WAYS_TO_CHANGE_THE_LOG.items()
        if not is_refused(statement.format(table=table, trigger=trigger))
    ]
    assert allowed == []


def test_the_logs_are_all_append_only():
    definitions = rows(_TRIGGERS)
    for operation in ("BEFORE DELETE OR UPDATE", "BEFORE TRUNCATE"):
        protected = {table for table, _name, sql in definitions if operation in sql}
        assert set(LOGS) <= protected
    assert len(LOGS) > 10


def test_no_trigger_is_ignored_on_request():
    """The application may unlink an actor; this keeps it from naming another one."""
    ((trigger,),) = rows(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = 'accounts_accountevent'::regclass"
        " AND tgname LIKE '%append_only%'"
    )
    actor = new_person("anna@example.org", "Анна")
    event = AccountEvent.objects.create(user=actor, action="role.granted", actor_label="otklik")
    ignore = f"SET LOCAL pgtrigger.ignore = '{{{trigger}}}'; "
    statement = f"{ignore}UPDATE accounts_accountevent SET actor_id = {actor.pk}"
    with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
        connection.cursor().execute(f"{statement} WHERE id = {event.pk}")


def test_the_application_owns_nothing_and_can_make_nothing():
    assert rows("SELECT current_user") == [(postgresql.APPLICATION,)]
    assert rows(_OWNED) == []
    assert rows(_MAY_CREATE) == []
    attributes = "rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls"
    own = rows(f"SELECT {attributes} FROM pg_roles WHERE rolname = current_user")
    assert own == [(False,) * 5]
    # PostgreSQL only warns that nothing was granted.
    connection.cursor().execute(f"GRANT ALL ON {LOGS[0]} TO CURRENT_USER")
    assert rows("SELECT has_table_privilege(%s, 'TRUNCATE')", [LOGS[0]]) == [(False,)]


@pytest.mark.django_db(transaction=True)
def test_the_application_works_with_a_table_as_soon_as_it_is_made():
    with owner_cursor() as cursor:
        cursor.execute("CREATE TABLE later (id bigserial PRIMARY KEY, body text)")
        try:
            rows("INSERT INTO later (body) VALUES ('a') RETURNING id")
            assert rows("UPDATE later SET body = 'b' RETURNING body") == [("b",)]
            assert rows("DELETE FROM later RETURNING body") == [("b",)]
            assert is_refused("TRUNCATE later")
        finally:
            cursor.execute("DROP TABLE later")


@pytest.mark.django_db(transaction=True)
def test_migrate_takes_back_rights_and_makes_the_role():
    with owner_cursor() as cursor:
        cursor.execute(f"GRANT ALL ON core_site, {LOGS[0]} TO {postgresql.APPLICATION}")
    right = "SELECT has_table_privilege(%s, %s, %s)"
    assert rows(right, [postgresql.APPLICATION, LOGS[0], "TRUNCATE"]) == [(True,)]
    call_command("migrate", verbosity=0)
    assert is_refused("TRUNCATE core_site CASCADE")
    assert is_refused(f"DELETE FROM {LOGS[0]}")
    role = "otklik_another"
    try:
        with as_owner(connection):
            grant_rights(connection, role, "geheim")
            ((verifier,),) = rows("SELECT rolpassword FROM pg_authid WHERE rolname = %s", [role])
            assert verifier.startswith("SCRAM-SHA-256$")
            assert rows(right, [role, "core_site", "INSERT"]) == [(True,)]
            assert rows(right, [role, LOGS[0], "UPDATE"]) == [(False,)]
    finally:
        with owner_cursor() as cursor:
            cursor.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")


@pytest.mark.django_db(transaction=True)
def test_a_role_that_owns_the_log_is_warned_of():
    def check():
        call_command(
            "check",
            deploy=True,
            databases=["default"],
            tags=["database"],
            fail_level="WARNING",
        )

    check()
    with as_owner(connection), pytest.raises(SystemCheckError, match=r"core\.W002"):
        check()
