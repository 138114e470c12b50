from django.db import models

from accounts.models import Sanction


class SanctionLetter(models.Model):
    """That a person was written to about a restriction: the row is what makes it once."""

    sanction = models.OneToOneField(Sanction, on_delete=models.CASCADE, related_name="+")
    written_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.sanction_id)
