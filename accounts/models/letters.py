from django.db import models
from django.utils import timezone

from accounts.querysets import LetterQuerySet
from core.models import Site


class Letter(models.Model):
    """A letter that waits for a mail server to take it; the row goes when the letter has gone."""

    to = models.EmailField()
    name = models.CharField(max_length=60)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=5)
    facts = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    # Afterwards it would mislead: its code is no longer valid.
    useful_until = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    # Also how long a worker's claim lasts.
    next_at = models.DateTimeField(default=timezone.now)

    objects = LetterQuerySet.as_manager()

    class Meta:
        indexes = [
            # What no server has taken: asked for every few seconds, few wait.
            models.Index("next_at", name="letter_due"),
        ]

    def __str__(self) -> str:
        return f"{self.name} → {self.to}"
