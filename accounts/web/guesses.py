"""Count the passwords and codes that browsers send, before allauth judges them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from allauth.account.internal.flows.email_verification_by_code import EmailVerificationProcess
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.internal.flows.password_reset_by_code import PasswordResetVerificationProcess
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.core import context
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts.actions import TooManyTries, Try, count_try, forgive_tries
from accounts.states import Proof
from accounts.web import log
from accounts.web.known_browsers import limit_key


def count(request: HttpRequest, proof: Proof, email: str, *, code: str = "") -> Try:
    """Count a try, or raise a `ValidationError` that names what to do instead."""
    try:
        return count_try(proof=proof, email=email, counted_by=limit_key(request, email), code=code)
    except TooManyTries as refused:
        log.refused(proof, email)
        raise ValidationError(str(refused.detail), code=refused.code) from refused


@contextmanager
def judged(proof: Proof, email: str, *, code: str = "") -> Iterator[None]:
    """Judge a try in the body, which raises an error unless it is right."""
    counted = count(context.request, proof, email, code=code)
    try:
        yield
    except ValidationError:
        log.failed(proof, email)
        raise
    forgive_tries(counted)


@contextmanager
def judged_code(proof: Proof) -> Iterator[None]:
    """Judge the code that was e-mailed for the session of the request."""
    process = _PROCESSES[proof](context.request)
    if process is None:
        # It has expired in the moment since the view looked.
        raise ValidationError(str(TooManyTries.title), code=TooManyTries.code)
    # The time keeps apart the codes of two processes that happen to be the same.
    code = f"{process.state['at']}:{process.code}"
    with judged(proof, process.state["email"], code=code):
        yield


def _sign_in(request: HttpRequest) -> Any:
    stage = LoginStageController.enter(request, LoginByCodeStage.key)
    return LoginCodeVerificationProcess.resume(stage) if stage else None


_PROCESSES: Mapping[Proof, Callable[[HttpRequest], Any]] = {
    Proof.SIGN_IN_CODE: _sign_in,
    Proof.RESET_CODE: PasswordResetVerificationProcess.resume,
    Proof.ADDRESS_CODE: EmailVerificationProcess.resume,
}
