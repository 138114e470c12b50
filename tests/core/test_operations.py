import re
from datetime import timedelta

import pytest
from django.core.checks import run_checks

from core import metrics
from core.models import OutboxEvent
from tests.support.paths import ROOT


@pytest.mark.django_db
def test_ready_when_everything_answers(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "faults": {}, "warnings": {}}


@pytest.mark.django_db
def test_not_ready_without_valkey_and_says_which_part(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert list(answer.json()["faults"]) == ["valkey"]


@pytest.mark.django_db
def test_not_ready_when_the_outbox_is_stuck(client):
    event = OutboxEvent.objects.create(topic="comment.posted", payload={})
    OutboxEvent.objects.filter(pk=event.pk).update(next_try_at="2026-01-01T00:00Z")
    assert list(client.get("/readyz").json()["faults"]) == ["outbox"]


@pytest.mark.django_db
def test_a_parked_event_is_a_warning_and_no_fault(client):
    event = OutboxEvent.objects.create(topic="comment.posted", payload={})
    OutboxEvent.objects.park(event.pk, "OSError: the disk is full")
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["warnings"] == {"outbox": "1 parked"}
    metrics = client.get("/metrics").content.decode()
    assert "otklik_outbox_parked 1.0" in metrics
    assert "otklik_outbox_undone 0.0" in metrics


@pytest.mark.django_db
def test_an_event_that_fails_is_counted_while_it_is_tried_again(client):
    event = OutboxEvent.objects.create(topic="comment.posted", payload={})
    OutboxEvent.objects.record_failure(event.pk, "OSError: …", timedelta(minutes=2))
    metrics = client.get("/metrics").content.decode()
    assert "otklik_outbox_failing 1.0" in metrics
    assert "otklik_outbox_oldest_seconds 0.0" in metrics


def test_every_metric_of_an_alert_exists(db):
    rules = (ROOT / "deploy/alerts.yml").read_text()
    used = set(re.findall(r"otklik_\w+", rules))
    assert used
    assert used <= set(re.findall(r"^# TYPE (\w+)", metrics.exposition().decode(), re.MULTILINE))


@pytest.mark.django_db
def test_metrics_count_what_waits(client):
    OutboxEvent.objects.create(topic="comment.posted", payload={})
    metrics = client.get("/metrics").content.decode()
    assert "otklik_outbox_waiting 1.0" in metrics
    assert "otklik_valkey_up 1.0" in metrics
    assert 'otklik_tasks_waiting{queue="documents"}' in metrics


@pytest.mark.django_db
def test_metrics_survive_without_valkey(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert "otklik_valkey_up 0.0" in client.get("/metrics").content.decode()


def test_healthz_needs_nothing(client):
    assert client.get("/healthz").content == b"ok\n"


@pytest.mark.parametrize(
    ("sender", "warned"),
    [
        ("Отклик <no-reply@localhost>", True),
        ("no-reply@otklik.local", True),
        ("no-reply@otklik.example", False),
        ("Вести <pochta@вести.рф>", False),
    ],
)
def test_check_deploy_warns_of_a_sender_that_no_mail_server_accepts(settings, sender, warned):
    settings.DEFAULT_FROM_EMAIL = sender
    ids = [message.id for message in run_checks(include_deployment_checks=True, tags=["security"])]
    assert ("core.W001" in ids) == warned
