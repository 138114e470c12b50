from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.states import Transitions


class EndpointStatus(TextChoices):
    ACTIVE = "active", pgettext_lazy("endpoint", "active")
    PAUSED = "paused", pgettext_lazy("endpoint", "paused")
    DISABLED = "disabled", _("switched off after failures")
    REMOVED = "removed", pgettext_lazy("endpoint", "removed")


class DeliveryStatus(TextChoices):
    WAITING = "waiting", pgettext_lazy("delivery", "waiting")
    DELIVERED = "delivered", pgettext_lazy("delivery", "delivered")
    FAILED = "failed", pgettext_lazy("delivery", "failed")


ENDPOINT = Transitions(
    {
        EndpointStatus.ACTIVE: {
            EndpointStatus.PAUSED,
            EndpointStatus.DISABLED,
            EndpointStatus.REMOVED,
        },
        EndpointStatus.PAUSED: {EndpointStatus.ACTIVE, EndpointStatus.REMOVED},
        EndpointStatus.DISABLED: {EndpointStatus.ACTIVE, EndpointStatus.REMOVED},
        EndpointStatus.REMOVED: (),
    }
)

# The pause after the first attempt, the second, and so on: ten attempts in three days and a little.
PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
MOST_ATTEMPTS = len(PAUSES) + 1
# A fifth more or less, so that what failed together does not come back together.
JITTER = 0.2
# An endpoint that has not taken a single message for so long is switched off. The pauses sum up
# to more even when the jitter shortens each of them.
GIVEN_UP_AFTER = timedelta(hours=60)
