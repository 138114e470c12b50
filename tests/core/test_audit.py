import pytest
from django.apps import apps
from django.db import InternalError, ProgrammingError, transaction

from accounts.models import AccountEvent, User
from core.audit import AuditEvent, actor_fields
from tests.support.database_owner import owner_cursor

REFUSALS = (InternalError, ProgrammingError)
# By the trigger, or by the rights of the application's role.
REFUSED = "append-only|permission denied"


@pytest.fixture
def entry(db):
    person = User.objects.create(email="a@example.org", display_name="Анна", name_skeleton="anna")
    actor = User.objects.create(email="b@example.org", display_name="Борис", name_skeleton="boris")
    return AccountEvent.objects.create(user=person, action="role.granted", **actor_fields(actor))


def test_an_entry_cannot_be_changed(entry):
    with pytest.raises(REFUSALS, match=REFUSED), transaction.atomic():
        AccountEvent.objects.filter(pk=entry.pk).update(note="переписано")
    entry.refresh_from_db()
    assert entry.note == ""


def test_an_entry_cannot_be_deleted(entry):
    with pytest.raises(REFUSALS, match=REFUSED), transaction.atomic():
        AccountEvent.objects.filter(pk=entry.pk).delete()
    assert AccountEvent.objects.filter(pk=entry.pk).exists()


def test_an_erased_actor_is_unlinked_and_the_label_stays(entry):
    entry.actor.delete()
    entry.refresh_from_db()
    assert entry.actor is None
    assert entry.actor_label == "Борис"


def test_unlinking_cannot_carry_another_change_with_it(entry):
    with pytest.raises(REFUSALS, match=REFUSED), transaction.atomic():
        AccountEvent.objects.filter(pk=entry.pk).update(actor=None, actor_label="Никто")


def test_an_actor_cannot_be_put_in_place_of_another(entry):
    with pytest.raises(REFUSALS, match=REFUSED), transaction.atomic():
        AccountEvent.objects.filter(pk=entry.pk).update(actor=entry.user)


LOGS = sorted(model._meta.db_table for model in apps.get_models() if issubclass(model, AuditEvent))


@pytest.mark.parametrize("table", LOGS)
def test_no_log_can_be_emptied_by_the_owner_either(db, table):
    with owner_cursor() as cursor, pytest.raises(REFUSALS, match="append-only"):
        cursor.execute(f"TRUNCATE {table} CASCADE")


def test_no_log_can_be_emptied_with_the_tables_that_it_refers_to(db):
    with owner_cursor() as cursor, pytest.raises(REFUSALS, match="append-only"):
        cursor.execute("TRUNCATE accounts_user CASCADE")
