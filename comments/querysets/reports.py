from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

from accounts.models import User
from comments.report_weights import REMEMBERED, Record
from comments.states import ReportOutcome
from core.models import Site

if TYPE_CHECKING:
    from comments.models import Report


class ReportQuerySet(models.QuerySet["Report"]):
    def open(self) -> "ReportQuerySet":
        return self.filter(outcome=ReportOutcome.OPEN)

    def record_of(self, reporter: User, site: Site) -> Record:
        """Over the last that editors have settled there."""
        settled = [ReportOutcome.UPHELD, ReportOutcome.DECLINED]
        last = self.filter(reporter=reporter, comment__site=site, outcome__in=settled)
        outcomes = list(last.order_by("-id").values_list("outcome", flat=True)[:REMEMBERED])
        return Record(
            upheld=outcomes.count(ReportOutcome.UPHELD),
            declined=outcomes.count(ReportOutcome.DECLINED),
        )

    def made_by(self, reporter: User, site: Site) -> "models.QuerySet[Report]":
        mine = self.filter(reporter=reporter, comment__site=site)
        return mine.select_related("comment__thread", "rule").order_by("-id")

    def made_since(self, reporter: User, since: datetime) -> int:
        return self.filter(reporter=reporter, created_at__gte=since).count()
