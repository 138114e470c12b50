from django.db import models

from accounts.models import User
from core.models import Site


class UserNote(models.Model):
    """An editor's note about a person, for the other editors of the publication."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="editors_notes")
    # SET_NULL with a copy of the name: the note stays when the editor's account is erased.
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    author_label = models.CharField(max_length=200)
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.author_label} → {self.user_id}"
