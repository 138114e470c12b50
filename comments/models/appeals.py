from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from comments.models.audit import ModerationEvent
from comments.models.comments import Comment
from comments.querysets.appeals import AppealQuerySet
from comments.states import AppealStatus
from core.audit import StatusEvent


class Appeal(models.Model):
    """An author asks that another editor look at a decision: once for each decision."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="appeals")
    decision = models.OneToOneField(
        ModerationEvent, on_delete=models.PROTECT, related_name="appeal"
    )
    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="appeals")
    text = models.TextField(_("why the author disagrees"))
    status = models.CharField(
        _("outcome"), max_length=20, choices=AppealStatus, default=AppealStatus.OPEN.value
    )
    answer = models.TextField(_("answer to the author"), blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    # Set when the site had no other editor; the e-mail to the author says so.
    same_editor = models.BooleanField(default=False)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="appeal_decided_when_not_open",
                condition=Q(status=AppealStatus.OPEN, decided_at=None)
                | (~Q(status=AppealStatus.OPEN) & Q(decided_at__isnull=False)),
            ),
        ]
        indexes = [
            # The queue of the desk.
            models.Index("id", name="appeal_open", condition=Q(status=AppealStatus.OPEN)),
        ]

    def __str__(self) -> str:
        return f"{self.author_id}: {self.text[:40]}"


class AppealEvent(StatusEvent):
    """The history of one appeal."""

    class Action(models.TextChoices):
        MADE = "made", _("made")
        GRANTED = "granted", pgettext_lazy("appeal", "granted")
        DECLINED = "declined", _("declined")
        MOOT = "moot", _("no longer needed")

    appeal = models.ForeignKey(Appeal, on_delete=models.CASCADE, related_name="events")

    class Meta(StatusEvent.Meta):
        verbose_name = _("event of an appeal")
        verbose_name_plural = _("events of appeals")
