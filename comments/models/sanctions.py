from django.db import models

from accounts.models import Sanction


class SanctionEmail(models.Model):
    """Records that a person was e-mailed about a sanction, so that it happens only once."""

    sanction = models.OneToOneField(Sanction, on_delete=models.CASCADE, related_name="+")
    written_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.sanction_id)
