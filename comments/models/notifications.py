from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.models.appeals import Appeal
from comments.models.audit import ModerationEvent
from comments.models.comments import Comment
from comments.querysets.notifications import NotificationQuerySet
from comments.states import Frequency, NotificationKind


class Notification(models.Model):
    """A notification of a person: in the page, and by e-mail if they choose so.

    `comment` is the reply, the comment that mentions the person, or the person's comment that was
    decided on; `event` is that decision, `appeal` the appeal that it answers.
    """

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=10, choices=NotificationKind)
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="+")
    event = models.ForeignKey(
        ModerationEvent, on_delete=models.CASCADE, null=True, related_name="+"
    )
    appeal = models.ForeignKey(Appeal, on_delete=models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)
    # When an e-mail is to carry it. Empty: none will.
    due_at = models.DateTimeField(null=True)
    # Set in the transaction that queues an e-mail, on all notifications that this e-mail carries.
    claim = models.UUIDField(null=True)
    mailed_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "comment", "kind", "event"],
                name="notification_once",
                nulls_distinct=False,
                condition=Q(appeal=None) | Q(event__isnull=False),
            ),
            models.UniqueConstraint(fields=["appeal"], name="notification_of_appeal_once"),
        ]
        indexes = [
            # The list of a person, newest first.
            models.Index("person", "id", name="notification_list"),
            # How many are unread: asked for with every thread that the person opens.
            models.Index("person", name="notification_unread", condition=Q(read_at=None)),
            # A task looks for notifications due by e-mail every two minutes; few wait.
            models.Index(
                "due_at", name="notification_due", condition=Q(due_at__isnull=False, mailed_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.person_id}"


class NotificationChoice(models.Model):
    """How often a person wants e-mails of one kind. Without a row, the kind's default applies."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notification_choices")
    kind = models.CharField(max_length=10, choices=NotificationKind)
    frequency = models.CharField(max_length=10, choices=Frequency)

    class Meta:
        verbose_name = _("e-mail setting")
        verbose_name_plural = _("e-mail settings")
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="notification_choice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.kind} {self.frequency}"
