"""The account history that a person sees."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import AccountEvent, User
from core.audit import own_act_fields

_REMEMBERED = 200  # sign-ins; a device not used for longer is new again


@transaction.atomic
def record_event(*, user: User, action: AccountEvent.Action, evidence: Mapping[str, Any]) -> None:
    AccountEvent.objects.create(
        user=user, action=action, evidence=dict(evidence), **own_act_fields(user)
    )


@transaction.atomic
def record_sign_in(*, user: User, device: str) -> bool:
    """Record a sign-in. Return whether it came from a device new to a known person."""
    earlier = AccountEvent.objects.filter(user=user, action=AccountEvent.Action.SIGNED_IN).order_by(
        "-id"
    )
    devices = {event.evidence["device"] for event in earlier[:_REMEMBERED]}
    record_event(user=user, action=AccountEvent.Action.SIGNED_IN, evidence={"device": device})
    return bool(devices) and device not in devices
