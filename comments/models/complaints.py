import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.models.audit import ModerationEvent
from comments.models.comments import Comment
from comments.models.threads import Thread
from comments.querysets.complaints import ComplaintQuerySet
from comments.states import ComplaintSource
from core.audit import AuditEvent
from core.models import Site


class Complaint(models.Model):
    """A complaint about the publication's own work, e-mailed to its address."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="complaints")
    number = models.PositiveIntegerField(_("number"))
    source = models.CharField(_("source"), max_length=20, choices=ComplaintSource)
    author = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="complaints"
    )
    name = models.CharField(_("name"), max_length=100, blank=True)
    email = models.EmailField(_("e-mail"))
    thread = models.ForeignKey(Thread, on_delete=models.SET_NULL, null=True, related_name="+")
    page_title = models.CharField(_("about the page"), max_length=300, blank=True)
    page_url = models.CharField(_("address of the page"), max_length=1000, blank=True)
    text = models.TextField(_("complaint"))
    comment = models.ForeignKey(
        Comment, on_delete=models.SET_NULL, null=True, related_name="complaints"
    )
    # The editor's act that passed a comment on: one act, one complaint.
    decision = models.OneToOneField(
        ModerationEvent, on_delete=models.PROTECT, null=True, related_name="complaint"
    )
    # What came twice from one form, or with one key, is one complaint.
    key = models.UUIDField(default=uuid.uuid4)
    # The e-mail, as it was sent or will be.
    sent_to = models.EmailField(_("sent to"))
    subject = models.CharField(_("subject"), max_length=500)
    email_text = models.TextField()
    email_html = models.TextField()
    created_at = models.DateTimeField(_("received"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    # The last try that failed, while the e-mail has not been sent.
    failed_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["site", "number"], name="complaint_number_once"),
            models.UniqueConstraint(fields=["site", "key"], name="complaint_key_once"),
            models.CheckConstraint(
                name="complaint_from_a_comment_has_its_decision",
                condition=Q(source=ComplaintSource.FORM, decision=None)
                | Q(source=ComplaintSource.COMMENT, decision__isnull=False),
            ),
        ]
        indexes = [
            # A person's own, and how many they wrote lately.
            models.Index("author", "id", name="complaint_by_author"),
            # Complaints whose e-mail has not been sent: few, or none.
            models.Index("id", name="complaint_unsent", condition=Q(sent_at=None)),
        ]

    def __str__(self) -> str:
        return f"№ {self.number}"


class ComplaintEvent(AuditEvent):
    """The history of one complaint."""

    class Action(models.TextChoices):
        RECEIVED = "received", _("received")
        FORWARDED = "forwarded", _("forwarded by an editor")
        SENT = "sent", _("e-mail sent")
        RESENDING = "resending", _("e-mail resend requested")

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="events")

    class Meta(AuditEvent.Meta):
        verbose_name = _("event of a complaint")
        verbose_name_plural = _("events of complaints")
