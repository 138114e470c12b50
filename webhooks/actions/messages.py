from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import orjson
import structlog
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission, require
from core import outbox
from core.models import OutboxEvent
from webhooks.actions.delivery_status import status_fields
from webhooks.models import Attempt, Delivery, Endpoint, Message
from webhooks.states import DeliveryStatus, EndpointStatus
from webhooks.topics import TEST, source_of

# Long enough to replay an outage of weeks; personal data must not be stored longer.
MESSAGES_KEPT = timedelta(days=30)


def create_messages(*, event_ids: Sequence[int]) -> None:
    """Create messages for events that endpoints subscribe to. A failing event does not delay
    others."""
    chosen = Endpoint.objects.subscribed_topics()
    failures: dict[int, Exception] = {}
    for event in OutboxEvent.objects.filter(pk__in=event_ids).order_by("pk"):
        if chosen.isdisjoint(topic.name for topic in source_of(event.topic).topics):
            continue
        try:
            with structlog.contextvars.bound_contextvars(request_id=event.request_id):
                create_message(event_id=event.pk)
        except Exception as error:  # noqa: BLE001  # raised when the others have been told of
            failures[event.pk] = error
    if failures:
        raise outbox.SomeFailed(failures)


@transaction.atomic(durable=True)
def create_message(*, event_id: int) -> None:
    """Tell the endpoints that chose it; repeated, it changes nothing."""
    event = OutboxEvent.objects.get(pk=event_id)
    webhook_event = source_of(event.topic).describe(**event.payload)
    if webhook_event is None:
        return
    endpoints = list(Endpoint.objects.subscribed_to(webhook_event.site_id, webhook_event.topic))
    if not endpoints:
        return
    message = Message(
        site_id=webhook_event.site_id,
        event_id=event_id,
        uid=_new_uid(),
        topic=webhook_event.topic,
        about=webhook_event.about,
        body=_body(webhook_event.topic, event.created_at, webhook_event.data),
    )
    # An event may be announced twice at once; `ignore_conflicts` leaves the first message, with the
    # uid that receivers use to recognise repetitions.
    Message.objects.bulk_create([message], ignore_conflicts=True)
    # Locked, so that an event that comes twice at once makes each delivery once.
    _hand_out(Message.objects.select_for_update().get(event_id=event_id), endpoints)


@transaction.atomic(durable=True)
def send_test(*, endpoint: Endpoint, actor: User) -> Delivery:
    """Send a test message, regardless of the endpoint's topics."""
    require(actor, Permission.ADMINISTER, endpoint.site)
    now = timezone.now()
    message = Message.objects.create(
        site=endpoint.site,
        uid=_new_uid(),
        topic=TEST,
        body=_body(TEST, now, {"asked_by": actor.display_name}),
    )
    _hand_out(message, [endpoint])
    return Delivery.objects.get(message=message)


@transaction.atomic
def forget(*, about: Collection[str]) -> None:
    """Inside the transaction that erases a person: that something was delivered is kept, neither
    what it said nor what the receiver answered. What still waits goes out without it."""
    for message in Message.objects.select_for_update().filter(about__in=about):
        body = orjson.loads(message.body)
        # Also for messages that are still waiting: an erased person's data must not be sent later.
        message.body = orjson.dumps(
            body | {"data": {"erased": True, "about": message.about}}
        ).decode()
        message.save(update_fields=["body"])
        Attempt.objects.filter(delivery__message=message).update(excerpt="")


def prune_messages() -> None:
    Message.objects.before(timezone.now() - MESSAGES_KEPT).delete()


def _hand_out(message: Message, endpoints: Iterable[Endpoint]) -> None:
    known = set(message.deliveries.values_list("endpoint_id", flat=True))
    now = timezone.now()
    for endpoint in endpoints:
        if endpoint.pk in known:
            continue
        # A disabled endpoint gets failed deliveries, so that nothing is lost: they can be replayed
        # once it works again.
        off = endpoint.status == EndpointStatus.DISABLED
        status = DeliveryStatus.FAILED if off else DeliveryStatus.WAITING
        fields = {"next_at": now, **status_fields(status)}
        delivery = Delivery.objects.create(message=message, endpoint=endpoint, **fields)
        if not off:
            outbox.publish("webhook.due", delivery_id=delivery.pk)


def _new_uid() -> str:
    return f"msg_{uuid4().hex}"


def _body(topic: str, at: datetime, data: Mapping[str, Any]) -> str:
    payload = {"type": topic, "timestamp": at.isoformat(), "data": dict(data)}
    return orjson.dumps(payload).decode()
