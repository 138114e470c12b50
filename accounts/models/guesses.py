from django.db import models

from accounts.models.people import User


class GuessCounter(models.Model):
    """Counts the failed tries of one proof of identity, by address, known browser or code.

    Tries for addresses without an account are counted, too: otherwise the limits would tell who is
    registered. See `accounts/actions/guesses.py`.
    """

    # A keyed digest, because the address may be of a person who has nothing to do with us.
    key = models.CharField(max_length=64, unique=True)
    proof = models.CharField(max_length=20)
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, related_name="guess_counters"
    )
    consecutive = models.PositiveIntegerField(help_text="Failures since the last success.")
    hour_from = models.DateTimeField()
    in_hour = models.PositiveIntegerField()
    day_from = models.DateTimeField()
    in_day = models.PositiveIntegerField()
    last_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True, help_text="When the owner was last warned.")

    class Meta:
        indexes = [models.Index("last_at", name="guess_counter_last")]

    def __str__(self) -> str:
        return f"{self.proof}: {self.consecutive}"
