from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

from core.models import Site

if TYPE_CHECKING:
    from comments.models import Rule, RulebookVersion


class RulebookQuerySet(models.QuerySet["RulebookVersion"]):
    def current(self, site: Site) -> "RulebookVersion | None":
        return self.filter(site=site).order_by("-number").first()

    def of_day(self, site: Site, moment: datetime) -> "RulebookVersion | None":
        """The version that was in force at `moment`."""
        return self.filter(site=site, published_at__lte=moment).order_by("-number").first()

    def successor(self, version: "RulebookVersion") -> "RulebookVersion | None":
        """The version that replaced `version`; None while it is in force."""
        later = self.filter(site=version.site_id, number__gt=version.number)
        return later.order_by("number").first()


class RuleQuerySet(models.QuerySet["Rule"]):
    def in_force(self, site: Site) -> "models.QuerySet[Rule]":
        """The rules of the newest version, in their order."""
        newest = self.filter(version__site=site).order_by("-version__number").values("version")
        return self.filter(version__in=newest[:1])

    def last_applied(self, comment_id: int) -> "Rule | None":
        return (
            self.filter(moderationevents__comment=comment_id)
            .order_by("-moderationevents__id")
            .first()
        )
