"""Ask for a new code on the page where one is entered, after a pause that the page counts down."""

import time
from http import HTTPStatus
from typing import Any

from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess
from allauth.account.internal.flows.email_verification import consume_email_verification_rate_limit
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import ngettext

from accounts.actions import TooManyEmails
from core.web.http import HttpRequest

# Longer than allauth's own ten seconds: most e-mails have arrived by then.
PAUSE_SECONDS = 30
_SENT_AT = "otklik_sent_at"


def is_just_sent(request: HttpRequest, email: str) -> bool:
    """Return whether allauth would refuse to send a code to this address now."""
    return not consume_email_verification_rate_limit(request, email, dry_run=True)


class ResendMixin:
    """allauth answers an early request with a page that leads nowhere. Here the person stays."""

    request: HttpRequest
    _process: AbstractCodeVerificationProcess

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return context | {
            "resend_in": self._seconds_left(),
            "is_last_code": not context["can_resend"],
        }

    def _resend_form_valid(self, form: Form) -> HttpResponse:
        state = self._process.state
        if self._seconds_left() or is_just_sent(self.request, state["email"]):
            return self._too_soon()
        code = state.get("code")
        try:
            response: HttpResponse = super()._resend_form_valid(form)  # type: ignore[misc]
        except TooManyEmails as refused:
            state["code"] = code
            messages.error(self.request, str(refused.detail))
            return HttpResponseRedirect(self.request.get_full_path(), status=HTTPStatus.FOUND)
        except ImmediateHttpResponse:
            # Sent from another browser at this moment. The code that was e-mailed stays valid.
            state["code"] = code
            return self._too_soon()
        self._note_sent()
        return response

    def _note_sent(self) -> None:
        self._process.state[_SENT_AT] = time.time()
        self._process.persist()

    def _seconds_left(self) -> int:
        state = self._process.state
        passed: float = time.time() - state.get(_SENT_AT, state["at"])
        return max(0, round(PAUSE_SECONDS - passed))

    def _too_soon(self) -> HttpResponse:
        seconds = self._seconds_left() or PAUSE_SECONDS
        text = ngettext(
            "A code was sent a moment ago. You can ask for a new one in %(seconds)s second.",
            "A code was sent a moment ago. You can ask for a new one in %(seconds)s seconds.",
            seconds,
        )
        messages.error(self.request, text % {"seconds": seconds})
        return HttpResponseRedirect(self.request.get_full_path(), status=HTTPStatus.FOUND)
