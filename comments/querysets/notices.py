from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from accounts.models import User
from comments.states import NoticeKind, State

if TYPE_CHECKING:
    from comments.models import Notice


class NoticeQuerySet(models.QuerySet["Notice"]):
    def of_person(self, person: User) -> "NoticeQuerySet":
        """Exclude notifications about comments that are no longer public, except decisions on the
        person's comments."""
        is_visible = Q(comment__state=State.PUBLISHED) | Q(kind=NoticeKind.DECISION)
        return self.filter(is_visible, person=person)

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)

    def for_list(self) -> "NoticeQuerySet":
        return self.select_related(
            "person", "comment__author", "comment__thread__site", "event__rule", "appeal"
        )

    def due(self, now: datetime) -> "NoticeQuerySet":
        """Excludes notices that an e-mail in the queue carries already."""
        return self.filter(claim=None, due_at__lte=now, mailed_at=None)

    def before(self, moment: datetime) -> "models.QuerySet[Notice]":
        return self.filter(created_at__lt=moment)
