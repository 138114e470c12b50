from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.models.comments import Revision
from comments.querysets.external_review import HookCallQuerySet
from comments.screening.verdicts import Outcome


class HookCall(models.Model):
    """One question to the publication's own moderation service: what of this text?"""

    class Stage(models.TextChoices):
        WAITING = "waiting", _("waiting for the answer")
        ANSWERED = "answered", _("answered")
        OVERTAKEN = "overtaken", _("decided or edited meanwhile")
        FAILED = "failed", _("no answer that could be used")

    revision = models.OneToOneField(Revision, on_delete=models.CASCADE, related_name="hook_call")
    stage = models.CharField(max_length=20, choices=Stage, default=Stage.WAITING.value)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Nobody asks earlier. Who asks moves it past the deadline, so that a lost worker's question is
    # asked again.
    due_at = models.DateTimeField()
    outcome = models.CharField(
        max_length=20, choices=[(outcome.value, outcome.value) for outcome in Outcome], blank=True
    )
    note = models.TextField(blank=True, help_text="What the service said, or why it failed.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = HookCallQuerySet.as_manager()

    class Meta:
        indexes = [
            # What the periodic task looks for; answered ones are far more numerous.
            models.Index(
                fields=["due_at"], name="hook_call_due", condition=models.Q(stage="waiting")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision_id}: {self.stage}"
