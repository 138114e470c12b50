from celery import shared_task
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from core import outbox, retention
from core.mail import send
from core.models import Email

_SENT_AT_ONCE = 200


@shared_task
def send_email(email_id: int) -> None:
    send.send_email(email_id)


@shared_task
def send_due_emails() -> None:
    """Try again what could not be sent.

    The first goes alone: while no mail server answers, the others need not try.
    """
    send.give_up_expired()
    due = Email.objects.due(timezone.now()).order_by("next_at").values_list("pk", flat=True)
    for email_id in due[:1]:
        if send.send_email(email_id) != send.SendResult.UNREACHABLE:
            for other_id in due[:_SENT_AT_ONCE]:
                send_email.delay(other_id)


@shared_task
def make_waiting_due() -> None:
    """Let nothing wait for the time that the clock was set back."""
    for name in settings.MAKE_WAITING_DUE:
        import_string(name)()


@shared_task
def notice_clock() -> None:
    """Find out that the clock was set back so soon that beat did not notice."""
    if outbox.is_from_the_future():
        make_waiting_due()


@shared_task
def prune_outbox() -> None:
    retention.prune_outbox()


@shared_task
def prune_sent_emails() -> None:
    retention.prune_sent_emails()


@shared_task
def prune_idempotency_keys() -> None:
    retention.prune_idempotency_keys()
