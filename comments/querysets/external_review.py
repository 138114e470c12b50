from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F

if TYPE_CHECKING:
    from comments.models import HookCall


class HookCallQuerySet(models.QuerySet["HookCall"]):
    def with_comment(self) -> "models.QuerySet[HookCall]":
        return self.select_related(
            "revision__comment__author",
            "revision__comment__thread",
            "revision__comment__site__comment_settings",
        )

    def due(self, now: datetime) -> "models.QuerySet[HookCall, int]":
        waiting = self.filter(stage="waiting", due_at__lte=now)
        return waiting.order_by("due_at").values_list("pk", flat=True)

    def claim(self, call_id: int, now: datetime, until: datetime) -> bool:
        """Whether nobody else asks it; a claim lapses `until` it is answered."""
        free = self.filter(pk=call_id, stage="waiting", due_at__lte=now)
        return bool(free.update(due_at=until, attempts=F("attempts") + 1))
