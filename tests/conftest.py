"""Fixtures for all tests."""

import functools
import os
from collections.abc import Callable
from typing import Any

import pytest
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import settings as property_settings

from core import outbox
from core.models import Site
from core.slow_requests import SLOW
from devserver.embedded import postgresql
from tests.support import database_owner
from tests.support.outbox import run_task

# No test says how long an example may take: a busy machine takes longer.
property_settings.register_profile("untimed", deadline=None)
property_settings.load_profile("untimed")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Create the test database as a copy of the migrated one, if this run has it."""
    connection.settings_dict["TEST"]["TEMPLATE"] = os.environ["MIGRATED_DATABASE"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup):
    """Work as the application's role from here on; the owner has made the database."""
    # A server that is named may have one role only.
    if not os.environ["MIGRATED_DATABASE"]:
        yield
        return
    owner = {key: connection.settings_dict[key] for key in ("USER", "PASSWORD", "HOST", "PORT")}
    connection.close()
    connection.settings_dict["USER"] = postgresql.APPLICATION
    settings.DATABASE_OWNER.update(owner)
    yield
    _close_flushing_connection()
    connection.close()
    connection.settings_dict["USER"] = owner["USER"]
    settings.DATABASE_OWNER.clear()


@pytest.fixture(scope="session", autouse=True)
def _quick_flush():
    """Delete what a committing test has left, instead of truncating every table.

    TRUNCATE makes new files for each of a hundred tables and takes longer than most tests.
    """
    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _self: _empty_tables())
    yield
    patch.undo()


def _empty_tables():
    kept = {"django_migrations", "django_content_type", "auth_permission"}
    tables = sorted(set(connection.introspection.django_table_names(only_existing=True)) - kept)
    deletions = ";".join(f"DELETE FROM {connection.ops.quote_name(table)}" for table in tables)
    with _flushing_connection().cursor() as cursor:
        cursor.execute(deletions)


@functools.cache
def _flushing_connection():
    """A connection of the owner: the application's role may not delete from an audit log.

    As in a replica, no foreign key is checked and no trigger refuses.
    """
    owner = database_owner.connect()
    with owner.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    return owner


def _close_flushing_connection():
    if _flushing_connection.cache_info().currsize:
        _flushing_connection().close()
        _flushing_connection.cache_clear()


@pytest.fixture(scope="session", autouse=True)
def _resolved_urls_are_kept():
    """Keep Django from compiling all URLs again before and after each test with other URLs.

    Django keeps the compiled URLs by the name of their module, so none are mistaken for others.
    """
    patch = pytest.MonkeyPatch()
    patch.setattr("django.urls.clear_url_caches", lambda: None)
    yield
    patch.undo()


@pytest.fixture
def site(db):
    return Site.objects.create(
        slug="vesti",
        name_ru="Вести образования",
        name_en="Education News",
        legal_name_ru="АНО «Вести образования»",
        editor_in_chief_ru="О. П. Редакторова",
        complaints_email="redaktor@vesti.example",
        origins=["http://testserver"],
    )


@pytest.fixture(scope="session")
def _tasks_are_known():
    """Celery imports the tasks and runs Django's checks, which takes as long as a test or two."""
    current_app.loader.import_default_modules()


@pytest.fixture
def deliver(_tasks_are_known) -> Callable[[], int]:
    """Drain the outbox and run the real tasks in this process, until nothing is due."""
    return lambda: _drain(run_task)


@pytest.fixture
def deliver_twice(_tasks_are_known) -> Callable[[], int]:
    """Like `deliver`, but each task runs twice, as if its first worker had died at the end."""

    def run_twice(*task: Any) -> None:
        run_task(*task)
        run_task(*task)

    return lambda: _drain(run_twice)


def _drain(run: Callable[..., None]) -> int:
    total = 0
    sent: list[tuple[Any, ...]] = []
    while count := outbox.relay_batch(lambda *task: sent.append(task)):
        total += count
        while sent:
            run(*sent.pop(0))
    return total


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    """Hashing and the answers of the entrance are slow by design."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EQUAL_TIME_SECONDS = 0


@pytest.fixture
def many_at_once(monkeypatch):
    """Let more requests of one address come at once than a web process takes."""
    monkeypatch.setattr(SLOW, "most", 100)
    monkeypatch.setattr(SLOW, "most_of_network", 100)


@pytest.fixture(autouse=True)
def _empty_cache():
    """Rate limits of one test must not refuse the next."""
    cache.clear()
