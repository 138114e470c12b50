from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.models.comments import Comment
from comments.models.decisions import DecisionColumns
from comments.querysets.bulk_decisions import BulkDecisionItemQuerySet
from comments.states import (
    BulkDecisionStatus,
    DecisionKind,
    ItemStatus,
    State,
)
from core.models import Site


class BulkDecision(DecisionColumns):
    """One decision on many comments: a task carries it out in chunks, and one act undoes it."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    editor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    undone_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    decision = models.CharField(_("decision"), max_length=20, choices=DecisionKind)
    note = models.TextField(blank=True)
    status = models.CharField(
        max_length=20, choices=BulkDecisionStatus, default=BulkDecisionStatus.RUNNING.value
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("bulk decision")
        verbose_name_plural = _("bulk decisions")

    def __str__(self) -> str:
        return f"{self.decision} {self.pk}"

    @property
    def is_undoing(self) -> bool:
        """Return whether it has been or is being undone, even if an error stopped the undoing."""
        return self.undone_by_id is not None or self.status in {
            BulkDecisionStatus.UNDOING,
            BulkDecisionStatus.UNDONE,
        }

    @property
    def progress(self) -> Mapping[str, int]:
        return self.items.count_by_status()


class BulkDecisionItem(models.Model):
    bulk_decision = models.ForeignKey(BulkDecision, on_delete=models.CASCADE, related_name="items")
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="+")
    # The state that the editor saw; undoing brings the comment back to it.
    state = models.CharField(max_length=20, choices=State)
    status = models.CharField(max_length=20, choices=ItemStatus, default=ItemStatus.WAITING)

    objects = BulkDecisionItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bulk_decision", "comment"], name="bulk_decision_item_once"
            ),
        ]
        indexes = [
            # For the next chunk, and for the count of items by status.
            models.Index("bulk_decision", "status", "id", name="bulk_decision_item_next"),
        ]

    def __str__(self) -> str:
        return f"{self.bulk_decision_id}: {self.comment_id}"
