"""Where allauth's pages are not enough: registration and the code that ends it."""

from typing import Any

from allauth.account import app_settings, views
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification_by_code import EmailVerificationProcess
from allauth.account.internal.flows.signup import complete_signup
from allauth.account.utils import setup_user_email
from allauth.headless.account import views as headless_views
from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import get_language

from accounts.actions import Source, answer_consents, complete_seeming_registration
from accounts.models import User
from accounts.permissions import access_consent_text
from accounts.web.forms import SignupInput
from accounts.web.pending import PendingRegistration
from core.errors import InvalidInput


class SignupView(views.SignupView):
    def form_valid(self, form: Form) -> HttpResponse:
        try:
            response: HttpResponse = super().form_valid(form)
        except InvalidInput as refused:
            # Somebody took the name between the check and the write.
            response = self.form_invalid(refused_form(form, refused))
        return response


class HeadlessSignupView(headless_views.SignupView):
    input_class = {"POST": SignupInput}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().post(request, *args, **kwargs)
        except InvalidInput as refused:
            response = self.handle_invalid_input(refused_form(self.input, refused))
        return response


@method_decorator(login_not_required, name="dispatch")
class ConfirmEmailView(views.ConfirmEmailVerificationCodeView):
    """Offers to correct the address to everyone alike.

    allauth offers it to those only who have a new account, which tells the others that their
    address is registered.
    """

    _process: EmailVerificationProcess

    @cached_property
    def _action(self) -> str:
        wanted: str = self.request.POST.get("action", "verify")
        allowed = {"verify": True, "change": self._may_change, "resend": self._process.can_resend}
        return wanted if allowed.get(wanted) else "verify"

    @property
    def _may_change(self) -> bool:
        if self._process.user is not None:
            return bool(self._process.can_change)
        quota = app_settings.EMAIL_VERIFICATION_MAX_CHANGE_COUNT
        return not self._process.is_change_quota_reached(quota)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"can_change": self._may_change}

    def _change_form_valid(self, form: Any) -> HttpResponse:
        seeming = self._process.user is None and not form.account_already_exists
        pending = PendingRegistration.pop(self.request) if seeming else None
        response: HttpResponse
        if pending is None:
            response = super()._change_form_valid(form)
            return response
        try:
            response = self._register(pending, form.cleaned_data["email"])
        except InvalidInput as refused:
            response = self._change_form_invalid(refused_form(form, refused))
        return response

    def _change_form_invalid(self, form: Any) -> HttpResponse:
        """allauth calls it and has none."""
        response: HttpResponse = self.render_to_response(self.get_context_data(form=form))
        return response

    def _register(self, pending: PendingRegistration, email: str) -> HttpResponse:
        user = User(
            email=email,
            display_name=pending.display_name,
            password=pending.password,
            language=get_language() or "ru",
        )
        changes = self._process.state["change_count"] + 1
        complete_seeming_registration(user=user)
        source = Source("registration", get_adapter(self.request).get_client_ip(self.request))
        given = [access_consent_text(text_id) for text_id in pending.consents]
        answer_consents(user=user, given=given, refused=(), source=source)
        setup_user_email(self.request, user, [])
        response: HttpResponse = complete_signup(
            self.request, user=user, redirect_url=pending.return_to
        )
        process = EmailVerificationProcess.resume(self.request)
        process.state["change_count"] = changes
        process.persist()
        return response


def refused_form(form: Form, refused: InvalidInput) -> Form:
    for name, sentences in refused.fields.items():
        form.add_error(name if name in form.fields else None, sentences)
    return form
