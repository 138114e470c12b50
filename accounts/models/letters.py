from django.db import models

from accounts.querysets import LetterQuerySet
from core.models import Site


class Letter(models.Model):
    """A letter that waits for the mail task; the row goes when the letter has gone."""

    to = models.EmailField()
    name = models.CharField(max_length=60)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=5)
    facts = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    claimed_at = models.DateTimeField(null=True)

    objects = LetterQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} → {self.to}"
