from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Min

if TYPE_CHECKING:
    from core.models import OutboxEvent


class OutboxQuerySet(models.QuerySet["OutboxEvent"]):
    def waiting(self) -> "models.QuerySet[OutboxEvent]":
        return self.filter(dispatched_at=None).order_by("id")

    def dispatched_before(self, moment: datetime) -> "models.QuerySet[OutboxEvent]":
        return self.filter(dispatched_at__lt=moment)

    def oldest_wait(self, now: datetime) -> timedelta:
        """How long the oldest waiting event has waited: zero when none does."""
        oldest = self.waiting().aggregate(at=Min("created_at"))["at"]
        return now - oldest if oldest else timedelta(0)
