"""The attempts to deliver: what is claimed before a request and recorded after it, and replay."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission, require
from core import outbox
from core.outgoing import Failure
from webhooks.actions.delivery_status import set_status
from webhooks.actions.endpoints import move
from webhooks.emails import endpoint_disabled
from webhooks.models import Attempt, Delivery, Endpoint
from webhooks.states import (
    GIVEN_UP_AFTER,
    JITTER,
    MOST_ATTEMPTS,
    PAUSES,
    DeliveryStatus,
    EndpointStatus,
)

# Longer than any worker's hard time limit, so the claiming worker is certainly gone.
_CLAIM_LAPSES = timedelta(seconds=100)
# docs/webhooks.md promises receivers this limit.
_LONGEST_REST = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class AttemptOutcome:
    """Of one request: a status with the beginning of the answer, or why there was none."""

    milliseconds: int
    status_code: int | None = None
    excerpt: str = ""
    failure: Failure | None = None

    @property
    def is_taken(self) -> bool:
        return self.status_code is not None and 200 <= self.status_code < 300  # noqa: PLR2004 - the class of success

    @property
    def is_gone(self) -> bool:
        return self.status_code == HTTPStatus.GONE


@transaction.atomic(durable=True)
def claim_attempt(*, delivery_id: int) -> Attempt | None:
    """None if it is not due, or another worker has it. A lost worker's claim lapses."""
    now = timezone.now()
    due = Delivery.objects.due(now).filter(pk=delivery_id).values("pk")
    # Repeat the conditions on the row: PostgreSQL rechecks them once it holds the lock.
    free = Delivery.objects.filter(
        pk__in=due, status=DeliveryStatus.WAITING, next_at__lte=now, tries__lt=MOST_ATTEMPTS
    )
    # `next_at` is the claim too: if the worker dies, the periodic task finds the row due again.
    if not free.update(next_at=now + _CLAIM_LAPSES, tries=F("tries") + 1):
        _give_up_exhausted(delivery_id, now)
        return None
    attempt = Attempt.objects.create(delivery_id=delivery_id)
    return Attempt.objects.select_related("delivery__message", "delivery__endpoint").get(
        pk=attempt.pk
    )


@transaction.atomic(durable=True)
def record_outcome(*, attempt: Attempt, outcome: AttemptOutcome) -> None:
    attempt.status_code, attempt.excerpt = outcome.status_code, outcome.excerpt
    attempt.failure = outcome.failure or ""
    attempt.milliseconds = outcome.milliseconds
    attempt.save(update_fields=["status_code", "excerpt", "failure", "milliseconds"])
    # The endpoint first, as everywhere: two attempts must not wait for each other.
    endpoint = Endpoint.objects.select_for_update().get(pk=attempt.delivery.endpoint_id)
    delivery = Delivery.objects.select_for_update().get(pk=attempt.delivery_id)
    if outcome.is_taken:
        _change(delivery, DeliveryStatus.DELIVERED)
        _note_success(endpoint)
    # It is no longer waiting if the endpoint was removed or switched off during the request.
    elif delivery.status == DeliveryStatus.WAITING:
        _put_off(delivery)
        _note_failure(endpoint, delivery, gone=outcome.is_gone)


@transaction.atomic(durable=True)
def make_waiting_due() -> None:
    """Deliver what waits, however far ahead its moment is since the clock was set back.

    `next_at` may be the claim of a living worker, so it is left as long as one made now.
    """
    now = timezone.now()
    rested = now + _LONGEST_REST
    Endpoint.objects.filter(rests_until__gt=rested).update(rests_until=rested)
    latest = now + _CLAIM_LAPSES
    waiting = Delivery.objects.filter(status=DeliveryStatus.WAITING, next_at__gt=latest)
    waiting.update(next_at=latest)


@transaction.atomic(durable=True)
def replay_delivery(*, delivery: Delivery, actor: User) -> Delivery:
    """Send the same message again under the same id, even if it was delivered."""
    require(actor, Permission.ADMINISTER, delivery.endpoint.site)
    delivery = Delivery.objects.select_for_update().get(pk=delivery.pk)
    _change(delivery, DeliveryStatus.WAITING)
    outbox.publish("webhook.due", delivery_id=delivery.pk)
    return delivery


@transaction.atomic(durable=True)
def replay_failed(*, endpoint: Endpoint, actor: User, since: datetime) -> int:
    """All that failed of what has happened since then; the periodic task sends them."""
    require(actor, Permission.ADMINISTER, endpoint.site)
    failed = Delivery.objects.failed_since(endpoint, since)
    # No outbox events here: days of failures may be thousands of rows, and the sweep sends them in
    # portions.
    return set_status(failed, DeliveryStatus.WAITING)


def _change(delivery: Delivery, to: DeliveryStatus) -> None:
    set_status(Delivery.objects.filter(pk=delivery.pk), to)
    delivery.refresh_from_db()


def _give_up_exhausted(delivery_id: int, now: datetime) -> None:
    """Mark a delivery as failed whose last worker was lost before recording the result."""
    exhausted = Delivery.objects.filter(
        pk=delivery_id, status=DeliveryStatus.WAITING, next_at__lte=now, tries__gte=MOST_ATTEMPTS
    )
    set_status(exhausted, DeliveryStatus.FAILED)


def _put_off(delivery: Delivery) -> None:
    if delivery.tries >= MOST_ATTEMPTS:
        _change(delivery, DeliveryStatus.FAILED)
        return
    pause = PAUSES[delivery.tries - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - no secret
    delivery.next_at = timezone.now() + pause
    delivery.save(update_fields=["next_at"])


def _note_success(endpoint: Endpoint) -> None:
    if endpoint.failing_since or endpoint.rests_until:
        endpoint.failing_since = endpoint.rests_until = None
        endpoint.save(update_fields=["failing_since", "rests_until"])


def _note_failure(endpoint: Endpoint, delivery: Delivery, *, gone: bool) -> None:
    now = timezone.now()
    endpoint.failing_since = endpoint.failing_since or now
    # One hanging receiver would occupy a worker for ten seconds per waiting message.
    endpoint.rests_until = min(delivery.next_at, now + _LONGEST_REST)
    endpoint.save(update_fields=["failing_since", "rests_until"])
    given_up = now - endpoint.failing_since > GIVEN_UP_AFTER
    # 410 Gone is the receiver's way to unsubscribe in the Standard Webhooks specification.
    if endpoint.status == EndpointStatus.ACTIVE and (gone or given_up):
        move(endpoint, EndpointStatus.DISABLED, None)
        endpoint_disabled(endpoint, gone=gone)
