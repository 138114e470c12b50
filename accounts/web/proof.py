"""Ask for a fresh proof that the person at the browser owns the account.

allauth asks for the password or the second step. People who have neither sign in again:
`accounts/web/reauthentication.py`.
"""

import time

from allauth.account import app_settings
from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
)
from allauth.account.internal.flows.reauthentication import (
    get_reauthentication_flows,
    raise_if_reauthentication_required,
)
from django.http import HttpRequest as DjangoHttpRequest

from accounts.permissions import FreshProof
from accounts.web.person import account_holder
from core.web.http import HttpRequest

APP = "allauth.account"
_SECONDS_BETWEEN_CLOCKS = 60  # of two web processes, on two machines


def fresh_proof(request: HttpRequest) -> FreshProof:
    """Return the proof, or let allauth ask for it and then carry on with this very request."""
    user = account_holder(request)
    raise_if_reauthentication_required(request, app=APP)
    return FreshProof(user.pk)


def distrust_the_future(request: DjangoHttpRequest) -> None:
    """Let no proof count that was given after now: since then the clock was set back, and it would
    count for as long as that and five minutes."""
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    latest = time.time() + _SECONDS_BETWEEN_CLOCKS
    if any(record["at"] > latest for record in records):
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [
            record | {"at": 0} if record["at"] > latest else record for record in records
        ]


def sign_in_or_proof(request: HttpRequest) -> FreshProof:
    """Take a sign-in of the last minutes for a proof: for what people sign in for."""
    user = account_holder(request)
    distrust_the_future(request)
    return FreshProof(user.pk) if _has_just_signed_in(request) else fresh_proof(request)


def must_sign_in_again(request: DjangoHttpRequest) -> bool:
    """Return whether a person without a password and a second step has not signed in lately."""
    user = request.user
    if not user.is_authenticated or get_reauthentication_flows(user):
        return False
    return not _has_just_signed_in(request)


def _has_just_signed_in(request: DjangoHttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    signed_in_at: float = records[-1]["at"] if records else 0
    return bool(time.time() - signed_in_at < app_settings.REAUTHENTICATION_TIMEOUT)
