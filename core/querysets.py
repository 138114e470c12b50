from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Min, Q

if TYPE_CHECKING:
    from core.models import Email, OutboxEvent

# Longer than a task may run (CELERY_TASK_TIME_LIMIT, 90 seconds): the worker is dead by then.
CLAIM_LAPSES = timedelta(seconds=100)


class EmailQuerySet(models.QuerySet["Email"]):
    def unsent(self) -> "EmailQuerySet":
        return self.filter(sent_at=None)

    def due(self, now: datetime) -> "EmailQuerySet":
        return self._unclaimed(now).filter(next_at__lte=now, expires_at__gt=now)

    def expired(self, now: datetime) -> "EmailQuerySet":
        return self._unclaimed(now).filter(expires_at__lte=now)

    def claim(self, email_id: int, now: datetime) -> "Email | None":
        """Take the e-mail for as long as a worker may live; None if another has it."""
        due = self.due(now).filter(pk=email_id)
        # One conditional UPDATE is the lock: of two workers only one changes the row, and no
        # transaction stays open while the mail server is slow.
        if not due.update(claimed_until=now + CLAIM_LAPSES, tries=F("tries") + 1):
            return None
        return self.select_related("site").get(pk=email_id)

    def mark_sent(self, email_id: int, now: datetime) -> bool:
        """Record the sending and drop the content; False if it was recorded before."""
        unsent = self.unsent().filter(pk=email_id)
        return bool(
            unsent.update(
                sent_at=now,
                claimed_until=None,
                to="",
                reply_to="",
                subject="",
                text="",
                html="",
                context={},
                headers={},
                metadata={},
                attachments=[],
            )
        )

    def sent_before(self, moment: datetime) -> "EmailQuerySet":
        return self.filter(sent_at__lt=moment)

    def _unclaimed(self, now: datetime) -> "EmailQuerySet":
        return self.unsent().filter(Q(claimed_until=None) | Q(claimed_until__lte=now))


class OutboxQuerySet(models.QuerySet["OutboxEvent"]):
    def waiting(self) -> "models.QuerySet[OutboxEvent]":
        return self.filter(dispatched_at=None).order_by("id")

    def dispatched_before(self, moment: datetime) -> "models.QuerySet[OutboxEvent]":
        return self.filter(dispatched_at__lt=moment)

    def oldest_wait(self, now: datetime) -> timedelta:
        """How long the oldest waiting event has waited: zero when none does."""
        oldest = self.waiting().aggregate(at=Min("created_at"))["at"]
        return now - oldest if oldest else timedelta(0)
