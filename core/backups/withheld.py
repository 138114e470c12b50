"""Prevent what must not happen twice after the database went back in time."""

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from core.models import Email


def prevent_repetition(*, send_emails: bool, skip_numbers: int) -> int:
    """Cancel the e-mails that wait and skip numbers; return how many e-mails were cancelled."""
    cancelled = 0
    if not send_emails:
        cancelled = sum(import_string(name)() for name in settings.CANCEL_EMAILS_AFTER_RESTORE)
    if skip_numbers:
        for name in settings.SKIP_NUMBERS_AFTER_RESTORE:
            import_string(name)(skip_numbers)
    return cancelled


def cancel_emails() -> int:
    """Cancel the e-mails of the queue; return how many.

    Their rows stay as those of sent e-mails do, so that no repeated task queues one again.
    """
    now, waiting = timezone.now(), list(Email.objects.unsent().values_list("pk", flat=True))
    return sum(Email.objects.mark_sent(pk, now) for pk in waiting)
