"""Views that extend allauth's registration and its confirmation by code."""

from contextlib import ExitStack
from http import HTTPStatus
from typing import Any

from allauth.account import app_settings, views
from allauth.account.internal.flows.email_verification_by_code import EmailVerificationProcess
from allauth.account.internal.flows.signup import complete_signup
from allauth.account.utils import setup_user_email
from allauth.core import ratelimit
from allauth.headless.account import views as headless_views
from allauth.headless.socialaccount import views as headless_social_views
from allauth.socialaccount import views as social_views
from allauth.socialaccount.internal.flows.signup import complete_social_signup
from allauth.socialaccount.models import SocialLogin
from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.actions import complete_seeming_registration, is_registering, locked_account
from accounts.models import User
from accounts.web import known_browsers
from accounts.web.adapter import AccountAdapter, vouched_addresses
from accounts.web.fields import refused_form
from accounts.web.forms import SignupInput, SocialSignupInput
from accounts.web.pending import PendingRegistration
from accounts.web.resending import ResendMixin, is_just_sent
from accounts.web.signon import claim_arrival
from core.errors import InvalidInput
from core.web.http import HttpRequest

_SOCIAL_LOGIN = "socialaccount_sociallogin"
_OFTEN = _("This was asked for several times in a row. Wait a minute and try again.")


class SignupView(views.SignupView):
    def form_valid(self, form: Form) -> HttpResponse:
        try:
            response: HttpResponse = super().form_valid(form)
        except InvalidInput as refused:
            # Another person took the name between the check and the write.
            response = self.form_invalid(refused_form(form, refused))
        return response


class PasswordResetView(views.PasswordResetView):
    def get_initial(self) -> dict[str, Any]:
        """The e-mails that warn of an act lead here with the address filled in."""
        initial: dict[str, Any] = super().get_initial()
        return initial | {"email": self.request.GET.get("email", "")}

    def form_valid(self, form: Form) -> HttpResponse:
        # allauth counts by the address alone, and answers with a page that leads nowhere.
        key = known_browsers.limit_key(self.request, form.cleaned_data["email"])
        if not ratelimit.consume(self.request, action="reset_password", key=key):
            form.add_error("email", _OFTEN)
            refused: HttpResponse = self.form_invalid(form)
            refused.status_code = HTTPStatus.TOO_MANY_REQUESTS
            return refused
        form.save(self.request)  # type: ignore[attr-defined]  # allauth's form
        return HttpResponseRedirect(self.get_success_url())


class SocialSignupView(social_views.SignupView):
    def form_valid(self, form: Form) -> HttpResponse:
        who = self.request.session[_SOCIAL_LOGIN]
        try:
            response: HttpResponse = super().form_valid(form)
        except InvalidInput as refused:
            # allauth has forgotten by now who comes, and the person would have to go there again.
            self.request.session[_SOCIAL_LOGIN] = who
            response = self.form_invalid(refused_form(form, refused))
        return response


class HeadlessSocialSignupView(headless_social_views.ProviderSignupView):
    input_class = SocialSignupInput

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        who = request.session[_SOCIAL_LOGIN]
        try:
            response: HttpResponse = super().post(request, *args, **kwargs)
        except InvalidInput as refused:
            request.session[_SOCIAL_LOGIN] = who
            response = self.handle_invalid_input(refused_form(self.input, refused))
        return response


class HeadlessSignupView(headless_views.SignupView):
    input_class = {"POST": SignupInput}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().post(request, *args, **kwargs)
        except InvalidInput as refused:
            response = self.handle_invalid_input(refused_form(self.input, refused))
        return response


def may_correct(process: EmailVerificationProcess) -> bool:
    """Return whether the session that registered may still correct the address.

    It may not once the address has been confirmed in another session. This session may be a
    stranger's, who must not be able to change the account's address to theirs.
    """
    return not isinstance(process.user, User) or is_registering(process.user)


@method_decorator(login_not_required, name="dispatch")
class ConfirmEmailView(ResendMixin, views.ConfirmEmailVerificationCodeView):
    """Offers to correct the address to everyone alike.

    allauth offers it to those only who have a new account, which tells the others that their
    address is registered.
    """

    request: HttpRequest
    _process: EmailVerificationProcess

    @cached_property
    def _action(self) -> str:
        wanted: str = self.request.POST.get("action", "verify")
        allowed = {"verify": True, "change": self._may_change, "resend": self._process.can_resend}
        return wanted if allowed.get(wanted) else "verify"

    @property
    def _may_change(self) -> bool:
        if self._process.user is not None:
            return bool(self._process.can_change) and may_correct(self._process)
        # allauth's `can_change` needs a user, whom an imitated registration does not have.
        quota = app_settings.EMAIL_VERIFICATION_MAX_CHANGE_COUNT
        return not self._process.is_change_quota_reached(quota)

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()
        # Else allauth would find the address taken: by the very registration that it belongs to.
        return kwargs | ({"email": self._process.email} if self._action == "change" else {})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if self._action != "change":
            # The typed address stays, so that one letter of it can be corrected.
            initial = {"email": self._process.email}
            context["change_form"] = self._get_change_form_class()(initial=initial)
        return context | {"can_change": self._may_change}

    def _change_form_valid(self, form: Any) -> HttpResponse:
        if is_just_sent(self.request, form.cleaned_data["email"]):
            form.add_error("email", AccountAdapter.error_messages["rate_limited"])
            return self._change_form_invalid(form)
        response = self._change_address(form)
        if self._process.state["email"] == form.cleaned_data["email"]:
            self._note_sent()
        return response

    def _change_address(self, form: Any) -> HttpResponse:
        seeming = self._process.user is None and not form.account_already_exists
        pending = PendingRegistration.of(self.request) if seeming else None
        response: HttpResponse
        if pending is None:
            return self._move_registration(form)
        try:
            response = self._register(pending, form.cleaned_data["email"])
        except InvalidInput as refused:
            response = self._change_form_invalid(refused_form(form, refused))
        return response

    def _move_registration(self, form: Any) -> HttpResponse:
        with ExitStack() as stack:
            if isinstance(user := self._process.user, User):
                account = stack.enter_context(locked_account(user))
                if not is_registering(account):
                    return redirect("account_login")
            response: HttpResponse = super()._change_form_valid(form)
            return response

    def _change_form_invalid(self, form: Any) -> HttpResponse:
        """allauth calls it and has none."""
        response: HttpResponse = self.render_to_response(self.get_context_data(form=form))
        return response

    def _register(self, pending: PendingRegistration, email: str) -> HttpResponse:
        # The new process starts at zero; without this each correction would renew the quota of
        # changes.
        changes = self._process.state["change_count"] + 1
        response = complete_pending(self.request, pending, email)
        process = EmailVerificationProcess.resume(self.request)
        if process is not None:
            process.state["change_count"] = changes
            process.persist()
        return response


class ConfirmLoginCodeView(ResendMixin, views.ConfirmLoginCodeView):
    pass


def complete_pending(
    request: HttpRequest, pending: PendingRegistration, email: str
) -> HttpResponse:
    user = User(
        email=email,
        display_name=pending.display_name,
        password=pending.password,
        language=get_language() or "ru",
    )
    login = SocialLogin.deserialize(pending.sociallogin) if pending.sociallogin else None
    complete_seeming_registration(
        user=user,
        agreement=pending.agreement(request),
        elsewhere=login.account if login else None,
    )
    PendingRegistration.forget(request)
    setup_user_email(request, user, vouched_addresses(login, email) if login else [])
    if pending.is_arrival:
        claim_arrival(request, user)
    response: HttpResponse
    if login is None:
        response = complete_signup(request, user=user, redirect_url=pending.return_to)
    else:
        login.user = user
        response = complete_social_signup(request, login)
    return response
