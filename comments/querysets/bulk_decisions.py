from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count

if TYPE_CHECKING:
    from comments.models import BatchItem


class BatchItemQuerySet(models.QuerySet["BatchItem"]):
    def portion(self, fate: str, size: int) -> "models.QuerySet[BatchItem]":
        """By the comment, so that two batches lock the same comments in the same order."""
        return self.filter(fate=fate).order_by("comment_id")[:size]

    def fates(self) -> Mapping[str, int]:
        """How many there are of each."""
        return dict(self.values_list("fate").annotate(Count("pk")).order_by())
