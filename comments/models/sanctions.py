from django.db import models

from accounts.models import Sanction


class SanctionEmail(models.Model):
    """Records that a sanction's e-mail was decided on, so that it happens only once.

    `was_sent` is False where the editors or the settings wanted no e-mail."""

    sanction = models.OneToOneField(Sanction, on_delete=models.CASCADE, related_name="+")
    written_at = models.DateTimeField(auto_now_add=True)
    was_sent = models.BooleanField(default=False)
    lifting_written_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.sanction_id)
