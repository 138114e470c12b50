"""The one place that changes the status of a delivery."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from webhooks.querysets import DeliveryQuerySet
from webhooks.states import DeliveryStatus


def set_status(deliveries: DeliveryQuerySet, to: DeliveryStatus) -> int:
    """Change all of `deliveries`; returns how many. One that waits again has all its attempts."""
    return deliveries.update(**status_fields(to))


def status_fields(status: DeliveryStatus) -> Mapping[str, Any]:
    """The columns of a delivery that enters `status` now."""
    now = timezone.now()
    if status == DeliveryStatus.WAITING:
        return {"status": status, "tries": 0, "next_at": now, "finished_at": None}
    return {"status": status, "finished_at": now}
