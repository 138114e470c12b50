from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Min, Q
from django.db.models.functions import Now

if TYPE_CHECKING:
    from core.models import Email, OutboxEvent  # noqa: F401  # the base of a queryset names it

# Longer than a task may run (CELERY_TASK_TIME_LIMIT, 90 seconds): the worker is dead by then.
CLAIM_LAPSES = timedelta(seconds=100)


class EmailQuerySet(models.QuerySet["Email"]):
    def unsent(self) -> "EmailQuerySet":
        return self.filter(sent_at=None)

    def due(self, now: datetime) -> "EmailQuerySet":
        return self._unclaimed(now).filter(next_at__lte=now, expires_at__gt=now)

    def make_due(self, now: datetime) -> None:
        """Let none wait for a pause; a claim lasts no longer than one made now."""
        latest = now + CLAIM_LAPSES
        self.unsent().filter(claimed_until__gt=latest).update(claimed_until=latest)
        self.unsent().filter(next_at__gt=now).update(next_at=now)

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
    def undone(self) -> "OutboxQuerySet":
        return self.filter(done_at=None, parked_at=None)

    def waiting(self) -> "OutboxQuerySet":
        """Those that the broker does not have: new ones, and those that failed."""
        return self.undone().filter(dispatched_at=None).order_by("id")

    def failing(self) -> "OutboxQuerySet":
        return self.undone().filter(failures__gt=0)

    def parked(self) -> "OutboxQuerySet":
        return self.filter(done_at=None, parked_at__isnull=False)

    def owed(self, event_ids: Collection[int], task: str) -> "OutboxQuerySet":
        """Those of the events for which `task` has not reported its work as done."""
        return self.filter(pk__in=event_ids, done_at=None, waits_for__contains=[task])

    def put_off(self, pause: timedelta) -> int:
        return self.update(dispatched_at=None, unanswered=0, next_try_at=Now() + pause)

    def record_failure(self, event_id: int, error: str, pause: timedelta) -> None:
        self.filter(pk=event_id).update(
            failures=F("failures") + 1,
            last_error=error,
            dispatched_at=None,
            unanswered=0,
            next_try_at=Now() + pause,
        )

    def park(self, event_id: int, error: str) -> bool:
        return bool(
            self.undone()
            .filter(pk=event_id)
            .update(parked_at=Now(), last_error=error, dispatched_at=None)
        )

    def unpark(self) -> int:
        """Make parked events due, with all their tries before them."""
        return self.parked().update(
            parked_at=None, dispatched_at=None, failures=0, unanswered=0, next_try_at=Now()
        )

    def from_the_future(self) -> "OutboxQuerySet":
        """Undone ones that were written before the clock was set back."""
        later = Now() + timedelta(seconds=2)
        return self.undone().filter(Q(created_at__gt=later) | Q(dispatched_at__gt=later))

    def make_due(self, lost_after: timedelta) -> None:
        """Let none wait for a pause; one that was handed over waits as if that were done now."""
        self.waiting().filter(next_try_at__gt=Now()).update(next_try_at=Now())
        latest = Now() + lost_after
        self.undone().filter(next_try_at__gt=latest).update(next_try_at=latest)

    def without_tasks(self, topics: Collection[str]) -> "OutboxQuerySet":
        """Those of `topics` that were parked by a version that had no tasks for them."""
        return self.filter(Q(waits_for=None) | Q(waits_for=[]), topic__in=topics)

    def done_before(self, moment: datetime) -> "OutboxQuerySet":
        return self.filter(done_at__lt=moment)

    def oldest_wait(self, now: datetime) -> timedelta:
        """How long the event that has been due for longest has waited for the relay."""
        due = self.waiting().filter(next_try_at__lte=now).order_by()
        since = due.aggregate(at=Min("next_try_at"))["at"]
        return now - since if since else timedelta(0)
