from django.db import models

from accounts.models import User


class AuthorTurn(models.Model):
    """Counts the texts that a person has sent; see `comments.discussion.turns`."""

    author = models.OneToOneField(
        User, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    number = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.author_id}: {self.number}"
