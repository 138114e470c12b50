"""Side effects that were given up: the page, trying them again, discarding them."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Role
from core import outbox
from core.models import OutboxAuditEvent, OutboxEvent
from tests.support.people import new_person, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/admin/core/outboxevent/"


@pytest.fixture
def superuser(site):
    person = new_person("root@example.org", "Хозяйка")
    person.is_staff = person.is_superuser = True
    # A second factor is asked for some days later.
    person.date_joined = timezone.now()
    person.save()
    return person


@pytest.fixture
def parked():
    event = OutboxEvent.objects.create(
        topic="comment.posted", payload={"comment_id": 7}, waits_for=["a.task"], failures=30
    )
    OutboxEvent.objects.park(event.pk, "OSError: the disk is full")
    return event


def act(client, action, *events):
    form = {"action": action, "_selected_action": [event.pk for event in events]}
    return client.post(PAGE, form, follow=True)


def test_the_page_shows_what_failed_and_why(superuser, parked):
    OutboxEvent.objects.create(topic="email.queued", payload={})
    page = signed_in(superuser).get(PAGE).content.decode()
    assert "OSError: the disk is full" in page
    assert "a.task" in page
    assert "email.queued" not in page


def test_our_own_sentences_are_translated(superuser, parked):
    OutboxEvent.objects.update(last_error="This version knows no task for it.")
    page = signed_in(superuser).get(PAGE).content.decode()
    assert "Эта версия не знает, что с этим делать." in page


def test_one_tried_again_is_due_with_all_its_tries(superuser, parked):
    page = act(signed_in(superuser), "retry", parked).content.decode()
    assert "Отправлено повторно: 1." in page
    parked.refresh_from_db()
    assert (parked.parked_at, parked.failures) == (None, 0)
    sent = []
    outbox.relay_batch(lambda task, *_rest: sent.append(task))
    assert sent == ["a.task"]
    event = OutboxAuditEvent.objects.get()
    assert (event.action, event.actor, event.event_id) == ("outbox.retried", superuser, parked.pk)
    assert event.evidence == {
        "payload": {"comment_id": 7},
        "error": "OSError: the disk is full",
    }


def test_one_discarded_is_never_tried_again(superuser, parked):
    act(signed_in(superuser), "discard", parked)
    outbox.unpark_known_topics()
    assert outbox.relay_batch(lambda *_: pytest.fail("sent")) == 0
    assert not OutboxEvent.objects.parked().exists()
    assert OutboxAuditEvent.objects.get().action == "outbox.discarded"
    assert "outbox.discarded" not in signed_in(superuser).get(PAGE).content.decode()
    log = signed_in(superuser).get("/admin/core/outboxauditevent/").content.decode()
    assert "Хозяйка" in log


def test_one_that_another_administrator_has_tried_again_is_left_alone(superuser, parked):
    outbox.retry_event(event=parked, actor=superuser)
    page = act(signed_in(superuser), "discard", parked).content.decode()
    parked.refresh_from_db()
    assert parked.done_at is None
    assert OutboxAuditEvent.objects.count() == 1
    assert "Отменено навсегда: 1." not in page


@pytest.mark.parametrize("who", ["nobody", "editor", "administrator", "staff"])
def test_nobody_else_sees_or_changes_them(who, site, parked):
    if who == "nobody":
        client = Client()
    else:
        role = {"editor": Role.Name.EDITOR, "administrator": Role.Name.ADMINISTRATOR}.get(who)
        given = {"role": role, "site": site} if role else {}
        person = new_person("who@example.org", "Кто-то", **given)
        person.is_staff = True
        person.save()
        client = signed_in(person)
    for path in (PAGE, "/admin/core/outboxauditevent/"):
        assert "the disk is full" not in client.get(path, follow=True).content.decode()
    act(client, "retry", parked)
    act(client, "discard", parked)
    parked.refresh_from_db()
    assert parked.parked_at is not None
    assert parked.done_at is None
