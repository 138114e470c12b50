from celery import shared_task
from django.utils import timezone

from webhooks import actions, sending
from webhooks.models import Delivery

_PORTION = 200


@shared_task
def create_messages(event_ids: list[int]) -> None:
    actions.create_messages(event_ids=event_ids)


@shared_task
def deliver(delivery_id: int) -> None:
    sending.send(delivery_id)


@shared_task
def deliver_due() -> None:
    """Start one task per due delivery, so that a hanging receiver delays no other."""
    due = Delivery.objects.due(timezone.now()).order_by("next_at")
    for delivery_id in due.values_list("pk", flat=True)[:_PORTION]:
        deliver.delay(delivery_id)


@shared_task
def prune_messages() -> None:
    actions.prune_messages()
