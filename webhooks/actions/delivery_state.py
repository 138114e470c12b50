"""The one place that changes the state of a delivery."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from webhooks.querysets import DeliveryQuerySet
from webhooks.states import DeliveryState


def set_state(deliveries: DeliveryQuerySet, to: DeliveryState) -> int:
    """Change all of `deliveries`; returns how many. One that waits again has all its attempts."""
    return deliveries.update(**state_fields(to))


def state_fields(state: DeliveryState) -> Mapping[str, Any]:
    """The columns of a delivery that enters `state` now."""
    now = timezone.now()
    if state == DeliveryState.WAITING:
        return {"state": state, "tries": 0, "next_at": now, "finished_at": None}
    return {"state": state, "finished_at": now}
