from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from accounts.models import User
from core.models import Site

if TYPE_CHECKING:
    from comments.models import Complaint

CLAIM_LAPSES = timedelta(seconds=100)


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def claim(self, complaint_id: int, now: datetime) -> "Complaint | None":
        """One whose letter has not gone and no worker has; a claim lapses after any worker's hard
        time limit."""
        free = Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM_LAPSES)
        if not self.unsent().filter(free, pk=complaint_id).update(claimed_at=now):
            return None
        return self.get(pk=complaint_id)

    def release(self, complaint_id: int, now: datetime, failure: str) -> None:
        self.filter(pk=complaint_id).update(
            claimed_at=None, failed_at=now, failure=failure.replace("\x00", "")[:300]
        )

    def waiting_since(self, moment: datetime) -> "models.QuerySet[Complaint]":
        return self.unsent().filter(created_at__lt=moment)

    def unsent(self) -> "ComplaintQuerySet":
        """But for those whose author has been erased before any server took the letter."""
        return self.filter(sent_at=None).exclude(letter_text="")

    def on_desk(self, site: Site) -> "models.QuerySet[Complaint]":
        return self.filter(site=site).for_desk()

    def for_desk(self) -> "models.QuerySet[Complaint]":
        found = self.select_related("site", "author", "comment", "thread", "decision__rule")
        return found.prefetch_related("events")

    def written_by(self, author: User, site: Site) -> "models.QuerySet[Complaint]":
        """From the form: what editors passed on stands with the comment."""
        return self.filter(author=author, site=site, decision=None)
