from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.utils import get_next_redirect_url
from allauth.core import context, ratelimit
from allauth.headless.account import inputs
from allauth.headless.socialaccount import inputs as social_inputs
from allauth.mfa.adapter import get_adapter as mfa_adapter
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from allauth.socialaccount import forms as social_forms
from allauth.socialaccount.models import SocialLogin
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest as DjangoHttpRequest
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.actions import AddressTaken, TooManyTries, is_held, spend_code
from accounts.models import User
from accounts.states import Proof
from accounts.web import known_browsers
from accounts.web.adapter import is_vouched
from accounts.web.fields import RegistrationFields
from accounts.web.guesses import judged, judged_code
from accounts.web.pending import PendingRegistration
from accounts.web.spelling import read_code
from core import email_addresses
from core.web.http import HttpRequest

_TOO_MANY = "too_many_login_attempts"
_JUST_SENT = _("We have just sent a code to this address. Wait ten seconds and sign in again.")
_LABELS = {
    "login": _("E-mail"),
    "email": _("E-mail"),
    "password": _("Password"),
    "password1": _("Password"),
    "password2": _("The password once more"),
    "oldpassword": _("Present password"),
}


_REQUIRED = {
    "login": _("Enter your e-mail address."),
    "email": _("Enter an e-mail address."),
    "password": _("Enter your password."),
    "password1": _("Enter a password."),
    "password2": _("Enter the password once more."),
    "oldpassword": _("Enter your present password."),
    "code": _("Enter the code."),
}
# What AUTH_PASSWORD_VALIDATORS asks, in one sentence instead of Django's list.
_PASSWORD_HELP = _(
    "At least 8 characters. A few words that do not belong together are easy to remember and hard "
    "to guess."
)


def _take_addresses(field: forms.EmailField) -> None:
    """Accept what the other forms accept, in the same spelling."""
    checks = [check for check in field.validators if check is not validate_email]
    field.validators = [email_addresses.check, *checks]
    field.to_python = lambda value: email_addresses.normalise(str(value or ""))  # type: ignore[method-assign]


class PlainMixin:
    """Our words, and no placeholders: they vanish when they are needed."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = _LABELS.get(name, field.label)
            if name in _REQUIRED:
                field.error_messages["required"] = _REQUIRED[name]
            if isinstance(field, forms.EmailField):
                _take_addresses(field)
        if "password" in self.fields:
            self.fields["password"].help_text = ""
        if "password1" in self.fields:
            self.fields["password1"].help_text = _PASSWORD_HELP


class CodeMixin(PlainMixin):
    code_label = _("Code")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = self.code_label
        code.to_python = lambda value: read_code(str(value or ""))  # type: ignore[method-assign]
        code.widget.attrs |= {
            "inputmode": "numeric",
            "class": "input--code",
            "autofocus": True,
        }


class HintMixin(PlainMixin):
    """Offers a correction of an address that looks mistyped; never insists."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        address = self.fields["email"]
        address.template_name = "accounts/email_field.html"  # type: ignore[attr-defined]  # new in 5


class RegistrationMixin(RegistrationFields):
    """A registration with a taken address looks, costs and leaves the same as any other."""

    account_already_exists: bool

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        try:
            return self._try_save(request)
        # The address was registered between the check and the insert: from here on it is a known
        # one.
        except AddressTaken:
            self.account_already_exists = True
            return self._try_save(request)

    def _try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        if self.account_already_exists:
            PendingRegistration.begin(request, self.pending(request), self.agreement(request))
        saved: tuple[User | None, HttpResponse | None] = super().try_save(request)  # type: ignore[misc]
        return saved

    def pending(self, request: HttpRequest) -> PendingRegistration:
        """Called for known addresses alone: the hashing takes as long as a new account's."""
        raise NotImplementedError


class SignupForm(RegistrationMixin, HintMixin, allauth_forms.SignupForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The consents come last: one agrees to what one has filled in.
        self.order_fields(["email", "password1", "display_name"])

    def pending(self, request: HttpRequest) -> PendingRegistration:
        return PendingRegistration(
            display_name=self.cleaned_data["display_name"],
            password=make_password(self.cleaned_data["password1"]),
            return_to=get_next_redirect_url(request) or "",
        )


class SignupInput(RegistrationMixin, inputs.SignupInput):
    def pending(self, request: HttpRequest) -> PendingRegistration:
        return PendingRegistration(
            display_name=self.cleaned_data["display_name"],
            password=make_password(self.cleaned_data["password"]),
            return_to=get_next_redirect_url(request) or "",
        )


class SocialRegistrationMixin(RegistrationMixin):
    sociallogin: SocialLogin

    def validate_unique_email(self, value: str) -> str:
        email: str = super().validate_unique_email(value)  # type: ignore[misc]
        # A person with a proof of the address takes it from a registration without one.
        if is_vouched(self.sociallogin, email):
            self.account_already_exists = is_held(email)
        return email

    def pending(self, request: HttpRequest) -> PendingRegistration:
        return PendingRegistration(
            display_name=self.cleaned_data["display_name"],
            password=make_password(None),
            return_to=self.sociallogin.get_redirect_url(request) or "",
            sociallogin=self.sociallogin.serialize(),
        )


class SocialSignupForm(SocialRegistrationMixin, HintMixin, social_forms.SignupForm):
    pass


class SocialSignupInput(SocialRegistrationMixin, social_inputs.SignupInput):
    pass


@contextmanager
def name_the_wait(request: DjangoHttpRequest, email: str) -> Iterator[None]:
    """Say it where only the code of an unconfirmed address has to be waited for.

    allauth words it as too many wrong passwords, for which one waits some minutes.
    """
    try:
        yield
    except ValidationError as error:
        if error.code != _TOO_MANY:
            raise
        key = get_adapter(request)._get_login_attempts_cache_key(request, email=email)
        if not ratelimit.consume(request, action="login_failed", key=key, dry_run=True):
            raise
        raise ValidationError(_JUST_SENT, code=_TOO_MANY) from error


class LoginForm(PlainMixin, allauth_forms.LoginForm):
    request: DjangoHttpRequest

    def clean(self) -> Any:
        with name_the_wait(self.request, self.cleaned_data.get("login", "")):
            return super().clean()


class ChangeEmailForm(HintMixin, allauth_forms.ChangeEmailForm):
    pass


class AddEmailForm(HintMixin, allauth_forms.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New address")


class NewPasswordMixin(PlainMixin):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("New password")


class ChangePasswordForm(NewPasswordMixin, allauth_forms.ChangePasswordForm):
    user: User

    def clean_oldpassword(self) -> str:
        with judged(Proof.PASSWORD, self.user.email):
            password: str = super().clean_oldpassword()
        return password


class SetPasswordForm(NewPasswordMixin, allauth_forms.SetPasswordForm):
    pass


class ResetPasswordForm(PlainMixin, allauth_forms.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(NewPasswordMixin, allauth_forms.ResetPasswordKeyForm):
    pass


class LimitedCodeMixin:
    """Requests for a code, counted for known browsers and for strangers apart."""

    cleaned_data: dict[str, Any]

    def clean_email(self) -> str:
        # allauth's counts by the address alone, so that strangers could use the owner's codes up.
        email: str = self.cleaned_data["email"]
        request = context.request
        users = filter_users_by_email(email, is_active=True, prefer_verified=True, for_login=True)
        key = known_browsers.limit_key(request, email)
        if not ratelimit.consume(request, action="request_login_code", key=key):
            raise get_adapter(request).validation_error(_TOO_MANY)
        self._user = users[0] if users else None
        return email


class RequestLoginCodeForm(LimitedCodeMixin, PlainMixin, allauth_forms.RequestLoginCodeForm):
    pass


class ReauthenticateForm(PlainMixin, allauth_forms.ReauthenticateForm):
    pass


class JudgedCodeMixin:
    """Counts a code that was e-mailed before it is judged."""

    proof: Proof

    def clean_code(self) -> str:
        with judged_code(self.proof):
            code: str = super().clean_code()  # type: ignore[misc]  # of allauth's form
        return code


class ConfirmEmailCodeForm(
    JudgedCodeMixin, CodeMixin, allauth_forms.ConfirmEmailVerificationCodeForm
):
    proof = Proof.ADDRESS_CODE


class ConfirmLoginCodeForm(JudgedCodeMixin, CodeMixin, allauth_forms.ConfirmLoginCodeForm):
    proof = Proof.SIGN_IN_CODE


class ConfirmPasswordResetCodeForm(
    JudgedCodeMixin, CodeMixin, allauth_forms.ConfirmPasswordResetCodeForm
):
    proof = Proof.RESET_CODE


class JudgedFactorMixin:
    """Counts a code from the app, or a recovery code, before it is judged."""

    user: User

    def clean_code(self) -> str:
        with judged(Proof.SECOND_FACTOR, self.user.email):
            code: str = super().clean_code()  # type: ignore[misc]  # of allauth's form
            try:
                spend_code(user=self.user, code=code)
            except TooManyTries as used:
                raise mfa_adapter().validation_error("incorrect_code") from used
        return code


class SecondStepForm(JudgedFactorMixin, CodeMixin, mfa_forms.AuthenticateForm):
    pass


class SecondStepAgainForm(JudgedFactorMixin, CodeMixin, mfa_forms.ReauthenticateForm):
    pass


class ActivateTOTPForm(CodeMixin, totp_forms.ActivateTOTPForm):
    pass


class AddPasskeyForm(webauthn_forms.AddWebAuthnForm):
    # Without a name it gets one by its day: `MFAAdapter.generate_authenticator_name`.
    name = forms.CharField(
        label=_("Name"), required=False, help_text=_("To tell it from others: a phone, a laptop.")
    )
    passwordless = forms.BooleanField(
        label=_("Sign in by it without a password"),
        required=False,
        initial=True,
        help_text=_("The device will ask for your fingerprint, your face or its code."),
    )


class RenamePasskeyForm(webauthn_forms.EditWebAuthnForm):
    name = forms.CharField(label=_("Name"))
