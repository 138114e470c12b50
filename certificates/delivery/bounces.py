"""Handle bounces that mail providers report through django-anymail's webhooks."""

from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType

from certificates.delivery.actions import record_bounce
from core.inputs import read_id

_UNDELIVERED = {EventType.BOUNCED, EventType.REJECTED, EventType.FAILED}


def note_bounce(
    sender: type,  # noqa: ARG001  # a signal names its arguments
    event: AnymailTrackingEvent,
    esp_name: str,
    **_: Any,
) -> None:
    sent = _sent_email(event)
    if event.event_type not in _UNDELIVERED or sent is None:
        return
    reason = event.mta_response or event.description or event.reject_reason or event.event_type
    record_bounce(
        certificate_id=sent[0],
        email_number=sent[1],
        email=event.recipient or "",
        reason=f"{esp_name}: {reason}",
    )


def _sent_email(event: AnymailTrackingEvent) -> tuple[int, int] | None:
    """Return the certificate id and e-mail number from the metadata of `certificates/emails.py`."""
    metadata = event.metadata or {}
    certificate_id, email_number = (
        read_id(str(metadata.get(name, ""))) for name in ("certificate", "email_number")
    )
    if certificate_id is None or email_number is None:
        return None
    return certificate_id, email_number
