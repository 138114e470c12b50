"""Retry or discard a parked event. The caller has checked the permission."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.audit import actor_fields
from core.errors import Conflict
from core.models import OutboxAuditEvent, OutboxEvent
from core.outbox.publishing import nudge


class NotParked(Conflict):
    code = "not_parked"
    title = _("It is no longer stopped: it was tried again, discarded or has ended")


@transaction.atomic(durable=True)
def retry_event(*, event: OutboxEvent, actor: Any) -> None:
    """Try the tasks that are still owed again, as often as those of a new event."""
    _lock(event)
    OutboxEvent.objects.filter(pk=event.pk).unpark()
    _record(event, OutboxAuditEvent.Action.RETRIED, actor)
    transaction.on_commit(nudge, robust=True)


@transaction.atomic(durable=True)
def discard_event(*, event: OutboxEvent, actor: Any) -> None:
    """Give the side effect up for good. The row is deleted with the done ones."""
    _lock(event)
    OutboxEvent.objects.filter(pk=event.pk).update(done_at=timezone.now())
    _record(event, OutboxAuditEvent.Action.DISCARDED, actor)


def _lock(event: OutboxEvent) -> None:
    if not OutboxEvent.objects.parked().select_for_update().filter(pk=event.pk):
        raise NotParked


def _record(event: OutboxEvent, action: OutboxAuditEvent.Action, actor: Any) -> None:
    OutboxAuditEvent.objects.create(
        action=action,
        event_id=event.pk,
        topic=event.topic,
        evidence={"payload": event.payload, "error": event.last_error},
        **actor_fields(actor),
    )
