"""Write a line about each sign-in into the log of the processes.

The account's history, for its owner, has the successes; this is for the operator, who looks for
attacks. An address is logged as a keyed digest, which can be compared but not read.
"""

from typing import Any

import structlog
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from accounts.models import User
from accounts.states import Proof

_log = structlog.get_logger("otklik.security")
_SALT = "accounts.log"


def failed(proof: Proof, email: str) -> None:
    """A password or a code that was judged wrong."""
    _log.warning("authentication_failed", proof=proof.value, address=_digest(email))


def refused(proof: Proof, email: str) -> None:
    """One that was not judged, because too many had failed."""
    _log.warning("authentication_refused", proof=proof.value, address=_digest(email))


def failed_elsewhere(provider: str) -> None:
    """A sign-in through another site that did not come to its end."""
    _log.warning("authentication_failed", proof=f"provider {provider}")


def on_step(method: str, user: User, **details: Any) -> None:
    """One proof of a sign-in; with a second step there are two."""
    again = bool(details.get("reauthenticated"))
    kind = details.get("type") or details.get("provider") or ""
    _log.info(
        "authentication_succeeded", method=method, kind=str(kind), account=user.pk, again=again
    )


def on_signed_in(user: User, **_details: Any) -> None:
    _log.info("signed_in", account=user.pk)


def on_signed_out(request: HttpRequest, user: User | None, **_details: Any) -> None:  # noqa: ARG001 - of the signal
    if user is not None:
        _log.info("signed_out", account=user.pk)


def _digest(email: str) -> str:
    return salted_hmac(_SALT, email.lower(), algorithm="sha256").hexdigest()[:16]
