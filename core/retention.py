from datetime import timedelta

from django.utils import timezone

from core.models import Email, IdempotencyKey, OutboxEvent

OUTBOX_KEPT = timedelta(days=7)  # long enough to see what was sent while looking into a fault
SENT_EMAILS_KEPT = OUTBOX_KEPT  # a task of an event of the outbox may be repeated until then
KEYS_KEPT = timedelta(days=2)  # a client that retries for longer has forgotten what it asked


def prune_outbox() -> None:
    OutboxEvent.objects.done_before(timezone.now() - OUTBOX_KEPT).delete()


def prune_idempotency_keys() -> None:
    IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEYS_KEPT).delete()


def prune_sent_emails() -> None:
    Email.objects.sent_before(timezone.now() - SENT_EMAILS_KEPT).delete()
