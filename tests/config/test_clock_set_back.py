"""After the clock was set back by an hour, nothing waits for that hour."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import models
from django.db.models import F
from django.utils import timezone

from accounts.actions.own_data import build_export
from accounts.models import DataExport, ErasureRequest, Role
from comments.actions import install_default_rules, post_comment
from comments.models import CommentSettings, ExternalReview, Notification, Thread
from core import mail, outbox
from core.models import Email, OutboxEvent
from core.tasks import make_waiting_due, notice_clock
from tests.support.people import new_person
from webhooks.actions import add_endpoint, send_test
from webhooks.models import Delivery, Endpoint

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
# As long as what waits may wait from now on: its claim may be that of a living worker.
LONGEST = timedelta(minutes=6)

# Every moment that work waits for, in the whole schema.
WAITED_FOR = re.compile(r"(next|due|claimed|rests)_")
WAITING = {
    OutboxEvent: {"next_try_at"},
    Email: {"next_at", "claimed_until"},
    Endpoint: {"rests_until"},
    Delivery: {"next_at"},
    Notification: {"due_at"},
    ExternalReview: {"due_at"},
}
# The moment of a claim, which lapses after it.
CLAIMED = {DataExport: {"claimed_at"}}
# A promise about days, given to a person.
NOT_WORK = {ErasureRequest: {"due_at"}}


def test_every_moment_that_work_waits_for_is_in_the_table():
    found = {}
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, models.DateTimeField) and WAITED_FOR.match(field.name):
                found.setdefault(model, set()).add(field.name)
    assert found == WAITING | CLAIMED | NOT_WORK


@pytest.fixture
def everything(site):
    """One row of each kind that waits, made while the clock was an hour ahead."""
    CommentSettings.objects.create(site=site, rates=[])
    install_default_rules(site=site)
    thread = Thread.objects.create(site=site, key="a", title="A", url="http://testserver/a/")
    reader = new_person("anna@example.org", "Анна К.")
    administrator = new_person(
        "pavla@example.org", "Павла А.", role=Role.Name.ADMINISTRATOR, site=site
    )
    comment = post_comment(author=reader, thread=thread, text="Спасибо за материал")
    ExternalReview.objects.create(revision=comment.revisions.get(), due_at=timezone.now())
    Notification.objects.create(
        person=reader, kind="reply", comment=comment, due_at=timezone.now() - timedelta(seconds=1)
    )
    content = mail.Content(subject="Тема", text="Текст\n", html="")
    mail.enqueue(to="anna@example.org", site=site, content=content)
    endpoint = add_endpoint(
        site=site,
        url="https://vesti.example/hook",
        topics=["comment.published"],
        label="Лента",
        actor=administrator,
    )
    send_test(endpoint=endpoint, actor=administrator)
    # As after a failure, and while another worker has it.
    Endpoint.objects.update(rests_until=timezone.now())
    Email.objects.update(claimed_until=timezone.now())
    for model, fields in WAITING.items():
        assert model.objects.exists()
        times = {*fields, "created_at"} & {field.name for field in model._meta.get_fields()}
        model.objects.update(**{name: F(name) + HOUR for name in times})


@pytest.mark.usefixtures("everything")
def test_nothing_waits_for_the_hour():
    make_waiting_due()
    latest = timezone.now() + LONGEST
    for model, fields in WAITING.items():
        for name in fields:
            assert not model.objects.filter(**{f"{name}__gt": latest}), (model, name)


@pytest.mark.usefixtures("everything")
def test_what_no_worker_has_is_due_at_once():
    Email.objects.update(claimed_until=None)
    make_waiting_due()
    now = timezone.now()
    assert Email.objects.due(now).exists()
    assert Notification.objects.due(now).exists()
    assert outbox.relay_batch(lambda *_: None)


def test_a_digest_keeps_its_hour(everything):
    morning = timezone.now() + timedelta(hours=9)
    Notification.objects.update(due_at=morning)
    make_waiting_due()
    assert Notification.objects.get().due_at == morning


@pytest.mark.usefixtures("everything")
def test_what_was_handed_over_is_not_handed_over_twice_at_once(settings):
    OutboxEvent.objects.update(dispatched_at=timezone.now() + HOUR)
    make_waiting_due()
    assert not outbox.relay_batch(lambda *_: None)
    soon = timezone.now() + settings.OUTBOX_LOST_AFTER
    assert not OutboxEvent.objects.filter(next_try_at__gt=soon).exists()


@pytest.mark.usefixtures("site")
def test_an_export_claimed_before_that_is_made():
    reader = new_person("anna@example.org", "Анна К.")
    export = DataExport.objects.create(user=reader, claimed_at=timezone.now() + HOUR)
    build_export(export_id=export.pk)
    export.refresh_from_db()
    assert export.ready_at


@pytest.mark.usefixtures("everything")
def test_an_event_of_the_future_betrays_that_the_clock_was_set_back():
    Email.objects.update(claimed_until=None)
    notice_clock()
    assert Email.objects.due(timezone.now()).exists()
    assert outbox.relay_batch(lambda *_: None)


@pytest.mark.usefixtures("everything")
def test_pauses_are_kept_while_the_clock_is_right():
    OutboxEvent.objects.update(created_at=timezone.now(), next_try_at=timezone.now() + HOUR)
    notice_clock()
    assert not outbox.relay_batch(lambda *_: None)
    assert not Email.objects.due(timezone.now()).exists()
