"""What mail providers tell of a letter after they took it, through django-anymail's webhooks."""

from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType

from certificates.actions.delivering import record_bounce

_UNDELIVERED = {EventType.BOUNCED, EventType.REJECTED, EventType.FAILED}


def note_bounce(
    sender: type,  # noqa: ARG001  # a signal names its arguments
    event: AnymailTrackingEvent,
    esp_name: str,
    **_: Any,
) -> None:
    certificate_id = (event.metadata or {}).get("certificate", "")
    if event.event_type not in _UNDELIVERED or not certificate_id.isdecimal():
        return
    said = event.mta_response or event.description or event.reject_reason or event.event_type
    record_bounce(
        certificate_id=int(certificate_id),
        email=event.recipient or "",
        reason=f"{esp_name}: {said}",
    )
