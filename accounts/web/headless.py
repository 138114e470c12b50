"""allauth's headless views of sign-in, which read addresses and codes as the pages do."""

from contextlib import ExitStack
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.core import context, ratelimit
from allauth.headless.account import inputs, views
from allauth.headless.account.response import PasswordResetKeyResponse
from allauth.headless.base.response import ConflictResponse
from allauth.headless.internal.restkit.response import ErrorResponse
from allauth.headless.mfa import inputs as mfa_inputs
from allauth.headless.mfa import views as mfa_views
from allauth.headless.usersessions import views as session_views
from django.http import HttpResponse
from django.http.response import HttpResponseBase

from accounts.actions import CodeLapsed, is_registering, locked_account
from accounts.models import User
from accounts.states import Proof
from accounts.web import known_browsers, proof
from accounts.web.forms import (
    JudgedCodeMixin,
    JudgedFactorMixin,
    LimitedCodeMixin,
    name_the_wait,
)
from accounts.web.guesses import judged, judged_code
from accounts.web.spelling import read_code
from core import email_addresses
from core.web.http import HttpRequest


class SpelledMixin:
    """A view whose input has an address or a code."""

    def handle_input(self, data: dict[str, Any] | None) -> Any:
        read = dict(data or {})
        if isinstance(email := read.get("email"), str):
            read["email"] = email_addresses.normalise(email)
        for name in ("code", "key"):
            if isinstance(code := read.get(name), str):
                read[name] = read_code(code)
        return super().handle_input(read)  # type: ignore[misc]  # of allauth's view


class CodeMixin(SpelledMixin):
    """A view that takes a code, which no longer counts once its address has left the account."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response: HttpResponseBase = super().post(request, *args, **kwargs)  # type: ignore[misc]  # of allauth's view
        except CodeLapsed:
            response = ConflictResponse(request)
        return response


class LoginInput(inputs.LoginInput):
    def clean(self) -> Any:
        with name_the_wait(context.request, self.cleaned_data.get("email", "")):
            return super().clean()


class LoginView(SpelledMixin, views.LoginView):
    input_class = LoginInput


class RequestLoginCodeInput(LimitedCodeMixin, inputs.RequestLoginCodeInput):
    pass


class RequestLoginCodeView(SpelledMixin, views.RequestLoginCodeView):
    input_class = RequestLoginCodeInput


class ConfirmLoginCodeInput(JudgedCodeMixin, inputs.ConfirmLoginCodeInput):
    proof = Proof.SIGN_IN_CODE


class ConfirmLoginCodeView(CodeMixin, views.ConfirmLoginCodeView):
    input_class = ConfirmLoginCodeInput


class RequestPasswordResetView(SpelledMixin, views.RequestPasswordResetView):
    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        # allauth counts by the address alone.
        key = known_browsers.limit_key(request, self.input.cleaned_data["email"])
        refused: HttpResponse | None = ratelimit.consume_or_429(
            request, action="reset_password", key=key
        )
        if refused is not None:
            return refused
        self.input.save(request)
        response: HttpResponse = views.AuthenticationResponse(request)
        return response


class JudgedKeyMixin:
    """Counts a code, which this API calls a key, before it is judged."""

    proof: Proof

    def clean_key(self) -> str:
        with judged_code(self.proof):
            key: str = super().clean_key()  # type: ignore[misc]  # of allauth's input
        return key


class ResetPasswordKeyInput(JudgedKeyMixin, inputs.ResetPasswordKeyInput):
    proof = Proof.RESET_CODE


class ResetPasswordInput(JudgedKeyMixin, inputs.ResetPasswordInput):
    proof = Proof.RESET_CODE


class ResetPasswordView(CodeMixin, views.ResetPasswordView):
    input_class = ResetPasswordInput

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        # As allauth's, which has its own input written into it.
        key = read_code(request.headers.get("X-Password-Reset-Key", ""))
        read = ResetPasswordKeyInput({"key": key}, code=self.process.code)
        response: HttpResponse
        if not read.is_valid():
            self.process.record_invalid_attempt()
            response = ErrorResponse(request, input=read)
        else:
            self.process.confirm_code()
            response = PasswordResetKeyResponse(request, self.process.user)
        return response


class VerifyEmailInput(JudgedKeyMixin, inputs.VerifyEmailInput):
    proof = Proof.ADDRESS_CODE


class VerifyEmailView(CodeMixin, views.VerifyEmailView):
    input_class = VerifyEmailInput


class ChangePasswordInput(inputs.ChangePasswordInput):
    user: User

    def clean_current_password(self) -> str:
        if not self.cleaned_data["current_password"]:
            return ""
        with judged(Proof.PASSWORD, self.user.email):
            password: str = super().clean_current_password()
        return password


class ChangePasswordView(views.ChangePasswordView):
    input_class = ChangePasswordInput


class AuthenticateInput(JudgedFactorMixin, mfa_inputs.AuthenticateInput):
    pass


class AuthenticateView(SpelledMixin, mfa_views.AuthenticateView):
    input_class = AuthenticateInput


class ReauthenticateFactorInput(JudgedFactorMixin, mfa_inputs.ReauthenticateInput):
    pass


class ReauthenticateFactorView(SpelledMixin, mfa_views.ReauthenticateView):
    input_class = ReauthenticateFactorInput


class ChangeEmailInput(inputs.ChangeEmailInput):
    def clean_email(self) -> str:
        self.cleaned_data["email"] = get_adapter().clean_email(self.cleaned_data["email"])
        return str(super().clean_email())


class SessionsView(session_views.SessionsView):
    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        raise_if_reauthentication_required(request, app=proof.APP)
        response: HttpResponseBase = super().delete(request, *args, **kwargs)
        return response


class ManageEmailView(SpelledMixin, views.ManageEmailView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        process = views.EmailVerificationProcess.resume(request)
        with ExitStack() as stack:
            if process and process.user and not request.user.is_authenticated:
                account = stack.enter_context(locked_account(process.user))
                if not is_registering(account):
                    conflict: HttpResponseBase = ConflictResponse(request)
                    return conflict
            response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
            return response

    def get_input_class(self) -> Any:
        chosen = super().get_input_class()
        return ChangeEmailInput if chosen is inputs.ChangeEmailInput else chosen
