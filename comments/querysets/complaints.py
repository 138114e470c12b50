from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

from accounts.models import User
from core.models import Site

if TYPE_CHECKING:
    from comments.models import Complaint


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def waiting_since(self, moment: datetime) -> "models.QuerySet[Complaint]":
        return self.unsent().filter(created_at__lt=moment)

    def unsent(self) -> "ComplaintQuerySet":
        """Excludes those whose author was erased before any mail server accepted the e-mail."""
        return self.filter(sent_at=None).exclude(email_text="")

    def on_desk(self, site: Site) -> "models.QuerySet[Complaint]":
        return self.filter(site=site).for_desk()

    def for_desk(self) -> "models.QuerySet[Complaint]":
        complaints = self.select_related("site", "author", "comment", "thread", "decision__rule")
        return complaints.prefetch_related("events")

    def written_by(self, author: User, site: Site) -> "models.QuerySet[Complaint]":
        """From the form: what editors passed on stands with the comment."""
        return self.filter(author=author, site=site, decision=None)
