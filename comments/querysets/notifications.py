from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from comments.states import NotificationKind, State

if TYPE_CHECKING:
    from comments.models import Notification


class NotificationQuerySet(models.QuerySet["Notification"]):
    def of_person(self, person: User) -> "NotificationQuerySet":
        """Exclude notifications about comments that are no longer public, except decisions on the
        person's comments."""
        is_visible = Q(comment__state=State.PUBLISHED) | Q(kind=NotificationKind.DECISION)
        return self.filter(is_visible, person=person)

    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at=None)

    def for_list(self) -> "NotificationQuerySet":
        return self.select_related("comment__thread").prefetch_related(
            "person", "comment__author", "comment__thread__site", "event__rule", "appeal"
        )

    def due(self, now: datetime) -> "NotificationQuerySet":
        """Excludes notifications that an e-mail in the queue carries already."""
        return self.filter(claim=None, due_at__lte=now, mailed_at=None)

    def planned_at_once(self) -> "NotificationQuerySet":
        """Those that wait for no digest."""
        return self.filter(claim=None, mailed_at=None, due_at__lte=F("created_at"))

    def before(self, moment: datetime) -> "models.QuerySet[Notification]":
        return self.filter(created_at__lt=moment)
