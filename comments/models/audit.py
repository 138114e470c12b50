from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from comments.models.comments import Comment, Revision
from comments.models.decisions import DecisionColumns
from comments.models.threads import Thread
from core.audit import AuditEvent


class ModerationEvent(DecisionColumns, AuditEvent):
    """An audit event of a comment. `revision` is the text at that time."""

    class Action(models.TextChoices):
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        REMOVED = "removed", _("removed")
        RESTORED = "restored", _("restored")
        FORWARDED = "forwarded", _("forwarded to the newsroom")
        UNDONE = "undone", pgettext_lazy("decision", "undone")
        HELD = "held", _("held for an editor")
        CLEARED = "cleared", _("published after its author changed it")
        CHECKED = "checked", _("checked by the publication's own service")
        WITHDRAWN = "withdrawn", _("withdrawn by the author")
        KEPT = "kept", _("kept despite reports")

    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20, blank=True)
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="events")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")

    class Meta(AuditEvent.Meta):
        verbose_name = _("moderation event")
        verbose_name_plural = _("moderation events")
        indexes = [
            # The numbers of a period; rows are only ever added, in the order of time.
            BrinIndex(fields=["at"], name="moderation_by_time", autosummarize=True),
        ]

    def get_action_display(self) -> str:
        return str(self.Action(self.action).label)


class ThreadEvent(AuditEvent):
    """An audit event of a discussion. `evidence` maps each changed field to its old and new
    values."""

    class Action(models.TextChoices):
        CLOSED = "closed", pgettext_lazy("discussion", "closed")
        REOPENED = "reopened", _("opened again")
        MODE_SET = "mode_set", _("way of publishing set")
        CLOSING_SET = "closing_set", _("closing time set")
        ACCESS_SET = "access_set", _("circle of readers set")
        RENAMED = "renamed", _("title or address set")

    from_mode = models.CharField(max_length=20, blank=True)
    to_mode = models.CharField(max_length=20, blank=True)
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="events")

    class Meta(AuditEvent.Meta):
        verbose_name = _("event of a discussion")
        verbose_name_plural = _("events of discussions")

    def get_action_display(self) -> str:
        return str(self.Action(self.action).label)


class EditorClaim(models.Model):
    """An editor is looking at a comment; others see that until it expires."""

    comment = models.OneToOneField(Comment, on_delete=models.CASCADE, related_name="claim")
    editor = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.editor_id} → {self.comment_id}"
