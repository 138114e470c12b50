from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.models.comments import Comment
from comments.models.rulebook import Rule
from comments.querysets.bulk_decisions import BatchItemQuerySet
from comments.states import AuthorNotice, BatchStage, Decision, Placeholder, State
from core.models import Site


class Batch(models.Model):
    """One decision over many comments, carried out by a task and undone as one."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    editor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    undone_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    decision = models.CharField(_("decision"), max_length=20, choices=Decision)
    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)
    placeholder = models.CharField(max_length=20, choices=Placeholder, blank=True)
    author_notice = models.CharField(max_length=20, choices=AuthorNotice, blank=True)
    explanation = models.TextField(blank=True)
    stage = models.CharField(max_length=20, choices=BatchStage, default=BatchStage.RUNNING.value)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("bulk decision")
        verbose_name_plural = _("bulk decisions")

    def __str__(self) -> str:
        return f"{self.decision} {self.pk}"

    @property
    def progress(self) -> Mapping[str, int]:
        return self.items.fates()


class BatchItem(models.Model):
    class Fate(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        SKIPPED = "skipped", _("decided otherwise meanwhile")
        UNDONE = "undone", _("undone")

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="items")
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="+")
    # What the editor saw; it is also what undoing goes back to.
    state = models.CharField(max_length=20, choices=State)
    fate = models.CharField(max_length=20, choices=Fate, default=Fate.WAITING)

    objects = BatchItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "comment"], name="batch_item_once"),
        ]
        indexes = [
            # The next ones to do, and how many there are of each fate.
            models.Index("batch", "fate", "id", name="batch_item_next"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.comment_id}"
