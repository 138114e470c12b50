"""What mail providers tell of a letter after they took it, through django-anymail's webhooks."""

from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType

from certificates.delivery.actions import record_bounce

_DIGITS = 18  # of what a column holds
_UNDELIVERED = {EventType.BOUNCED, EventType.REJECTED, EventType.FAILED}


def note_bounce(
    sender: type,  # noqa: ARG001  # a signal names its arguments
    event: AnymailTrackingEvent,
    esp_name: str,
    **_: Any,
) -> None:
    ours = _our_letter(event)
    if event.event_type not in _UNDELIVERED or ours is None:
        return
    said = event.mta_response or event.description or event.reject_reason or event.event_type
    record_bounce(
        certificate_id=ours[0],
        letter=ours[1],
        email=event.recipient or "",
        reason=f"{esp_name}: {said}",
    )


def _our_letter(event: AnymailTrackingEvent) -> tuple[int, int] | None:
    """The certificate id and e-mail number that `certificates/emails.py` put into the metadata."""
    given = event.metadata or {}
    numbers = [str(given.get(name, "")) for name in ("certificate", "letter")]
    if not all(number.isdecimal() and len(number) <= _DIGITS for number in numbers):
        return None
    return int(numbers[0]), int(numbers[1])
