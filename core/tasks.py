from celery import shared_task

from core import retention


@shared_task
def prune_outbox() -> None:
    retention.prune_outbox()


@shared_task
def prune_idempotency_keys() -> None:
    retention.prune_idempotency_keys()
