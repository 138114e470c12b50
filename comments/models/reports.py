from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.models.audit import ModerationEvent
from comments.models.comments import Comment
from comments.models.rulebook import Rule
from comments.querysets.reports import ReportQuerySet
from comments.states import ReportOutcome


class Report(models.Model):
    """A reader says that a comment breaks a rule; the decision that answers it settles it."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(User, on_delete=models.CASCADE, related_name="reports")
    # The text as the reader saw it: what is reported is not what it was edited into.
    revision_number = models.PositiveIntegerField()
    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(_("in the reader's words"), blank=True)
    weight = models.FloatField(
        help_text="As it was when the report was made; see comments/report_weights.py.",
        validators=[MinValueValidator(0)],
    )
    outcome = models.CharField(
        _("outcome"), max_length=20, choices=ReportOutcome, default=ReportOutcome.OPEN.value
    )
    settled_by = models.ForeignKey(
        ModerationEvent, on_delete=models.PROTECT, null=True, related_name="settled_reports"
    )
    created_at = models.DateTimeField(_("reported"), auto_now_add=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["comment", "reporter"], name="report_once"),
            models.CheckConstraint(
                name="report_settled_by_a_decision",
                condition=Q(outcome=ReportOutcome.OPEN, settled_by=None)
                | (~Q(outcome=ReportOutcome.OPEN) & Q(settled_by__isnull=False)),
            ),
        ]
        indexes = [
            # The queue of the desk: few are open at a time.
            models.Index("comment", name="report_open", condition=Q(outcome=ReportOutcome.OPEN)),
            # A person's record, and how many they made lately.
            models.Index("reporter", "id", name="report_by_reporter"),
        ]

    def __str__(self) -> str:
        return f"{self.reporter_id} → {self.comment_id}"
