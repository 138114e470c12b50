from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F

from comments.states import ExternalReviewStatus

if TYPE_CHECKING:
    from comments.models import ExternalReview


class ExternalReviewQuerySet(models.QuerySet["ExternalReview"]):
    def with_comment(self) -> "models.QuerySet[ExternalReview]":
        return self.select_related(
            "revision__comment__author",
            "revision__comment__thread",
            "revision__comment__site__comment_settings",
        )

    def due(self, now: datetime) -> "models.QuerySet[ExternalReview, int]":
        waiting = self.filter(status=ExternalReviewStatus.WAITING, due_at__lte=now)
        return waiting.order_by("due_at").values_list("pk", flat=True)

    def make_due(self, latest: datetime) -> None:
        """Let none wait longer than until `latest`."""
        waiting = self.filter(status=ExternalReviewStatus.WAITING, due_at__gt=latest)
        waiting.update(due_at=latest)

    def claim(self, review_id: int, now: datetime, until: datetime) -> bool:
        """Return whether this worker got the review; the claim lapses at `until`."""
        free = self.filter(pk=review_id, status=ExternalReviewStatus.WAITING, due_at__lte=now)
        return bool(free.update(due_at=until, attempts=F("attempts") + 1))
