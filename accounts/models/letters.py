from django.db import models

from accounts.querysets import LetterQuerySet


class Letter(models.Model):
    """A letter that waits for the mail task; the row goes when the letter has gone."""

    to = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    claimed_at = models.DateTimeField(null=True)

    objects = LetterQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"
