"""Fixtures for all tests."""

import os
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from celery import current_app
from django.core.cache import cache
from django.db import connection

from core import outbox
from core.models import Site


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Create the test database as a copy of the migrated one, if this run has it."""
    connection.settings_dict["TEST"]["TEMPLATE"] = os.environ["MIGRATED_DATABASE"]


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
    """Drain the outbox and run the real tasks in this process, until nothing waits."""
    sent: list[tuple[str, Mapping[str, Any]]] = []

    def send(task: str, payload: Mapping[str, Any]) -> None:
        sent.append((task, payload))

    def drain() -> int:
        total = 0
        while count := outbox.relay_batch(send):
            total += count
            # Only now: an action owns its transaction, and the relay's is closed.
            while sent:
                task, payload = sent.pop(0)
                current_app.tasks[task].apply(kwargs=dict(payload), throw=True)
        return total

    return drain


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    """Hashing is slow by design; no test is about the hash."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _empty_cache():
    """Rate limits of one test must not refuse the next."""
    cache.clear()
