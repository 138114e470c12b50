from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User


class DataExport(models.Model):
    """Everything about one person, in one file that is kept for a few days."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="exports")
    requested_at = models.DateTimeField(auto_now_add=True)
    claimed_at = models.DateTimeField(null=True)
    # Empty again once the person has asked for another try.
    failed_at = models.DateTimeField(null=True)
    file = models.FileField(upload_to="exports/", blank=True)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("export of one's data")
        verbose_name_plural = _("exports of one's data")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.user} {self.requested_at:%Y-%m-%d}"


class ErasureRequest(models.Model):
    """The wish to be forgotten; it can be taken back until it is due."""

    class Comments(models.TextChoices):
        KEEP = "keep", _("keep them without my name")
        REMOVE = "remove", _("remove them")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="erasure_requests")
    comments = models.CharField(max_length=10, choices=Comments)
    requested_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("erasure request")
        verbose_name_plural = _("erasure requests")
        ordering = ["-id"]
        constraints = [
            # Two clicks make one request; the action relies on this and catches the error.
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(withdrawn_at=None, done_at=None),
                name="one_open_erasure_request",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.due_at:%Y-%m-%d}"
