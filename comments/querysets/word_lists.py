from typing import TYPE_CHECKING

from django.db import models

from core.models import Site

if TYPE_CHECKING:
    from comments.models import WordListVersion


class WordListQuerySet(models.QuerySet["WordListVersion"]):
    def versions(self, site: Site, name: str) -> "models.QuerySet[WordListVersion]":
        return self.filter(site=site, name=name).order_by("-number")

    def current(self, site_id: int) -> "models.QuerySet[WordListVersion]":
        """The newest version of every list of a publication."""
        return self.filter(site=site_id).order_by("name", "-number").distinct("name")
