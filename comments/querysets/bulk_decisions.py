from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count

if TYPE_CHECKING:
    from comments.models import BulkDecisionItem


class BulkDecisionItemQuerySet(models.QuerySet["BulkDecisionItem"]):
    def next_chunk(self, status: str, size: int) -> "models.QuerySet[BulkDecisionItem]":
        """Ordered by comment, so that two bulk decisions lock shared comments in the same order."""
        return self.filter(status=status).order_by("comment_id")[:size]

    def count_by_status(self) -> Mapping[str, int]:
        """Return how many items have which status."""
        return dict(self.values_list("status").annotate(Count("pk")).order_by())
