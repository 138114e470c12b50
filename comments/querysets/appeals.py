from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count

from comments.states import AppealStatus
from core.models import Site

if TYPE_CHECKING:
    from comments.models import Appeal


class AppealQuerySet(models.QuerySet["Appeal"]):
    def on_site(self, site: Site) -> "AppealQuerySet":
        return self.filter(comment__site=site)

    def for_desk(self) -> "models.QuerySet[Appeal]":
        # Joining all of it takes PostgreSQL minutes while its statistics are those of smaller
        # tables, as after a restore.
        return self.select_related("comment__thread", "decision__revision").prefetch_related(
            "author",
            "decided_by",
            "decision__rule__version",
            "decision__actor",
            "comment__author",
            "comment__thread__site__email_settings",
        )

    def outcomes(self, site: Site, since: datetime, until: datetime) -> Mapping[str, int]:
        """How many appeals of a time, by the day they were decided, had which outcome:
        a granted appeal is an overturned decision."""
        decided = self.on_site(site).filter(decided_at__gte=since, decided_at__lt=until)
        return dict(decided.order_by().values_list("status").annotate(Count("pk")))

    def overturned(self, site: Site, since: datetime, until: datetime) -> "AppealQuerySet":
        decided = self.on_site(site).filter(decided_at__gte=since, decided_at__lt=until)
        return decided.filter(status=AppealStatus.GRANTED)
