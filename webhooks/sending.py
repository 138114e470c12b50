"""One attempt: claimed in one transaction, made in none, recorded in another.

A worker that is killed after the receiver has answered and before that is recorded sends the
message again: receivers know it by its `webhook-id`.
"""

from time import monotonic

from django.utils import timezone

from core import outgoing
from core.signatures import signed_headers
from webhooks.actions.deliveries import AttemptOutcome, claim_attempt, record_outcome
from webhooks.models import Attempt

# Promised in docs/webhooks.md, and far below the worker's time limit and the claim's 100 seconds.
_SECONDS = 10


def send(delivery_id: int) -> None:
    attempt = claim_attempt(delivery_id=delivery_id)
    if attempt is not None:
        record_outcome(attempt=attempt, outcome=_requested(attempt))


def _requested(attempt: Attempt) -> AttemptOutcome:
    message, endpoint = attempt.delivery.message, attempt.delivery.endpoint
    body = message.body.encode()
    signed = signed_headers(
        message_id=message.uid, at=timezone.now(), body=body, keys=endpoint.keys
    )
    headers = {"Content-Type": "application/json", "User-Agent": "Otklik-Webhooks", **signed}
    began = monotonic()
    try:
        answer = outgoing.post(endpoint.url, body=body, headers=headers, seconds=_SECONDS)
    except outgoing.Unreachable as error:
        return AttemptOutcome(_milliseconds(began), failure=error.failure)
    # PostgreSQL holds no NUL.
    excerpt = answer.body.decode(errors="replace").replace("\x00", "")
    return AttemptOutcome(_milliseconds(began), answer.status, excerpt)


def _milliseconds(began: float) -> int:
    return round((monotonic() - began) * 1000)
