import secrets
from datetime import datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.internal.flows.password_reset_by_code import PasswordResetVerificationProcess
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import EmailAddress
from allauth.account.utils import setup_user_email
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.helpers import render_authentication_error
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from requests import RequestException, Response

from accounts import emails
from accounts.actions import (
    CodeLapsed,
    Try,
    begin_registration,
    count_code_email,
    forgive_tries,
    has_confirmed_address,
    is_closed,
    locked_account,
    require_current_address,
    restart_registration,
    undo_token,
)
from accounts.models import AccountEvent, User
from accounts.states import Proof
from accounts.web import guesses, known_browsers, log, proof
from accounts.web.awaited import awaited_code
from accounts.web.devices import device
from accounts.web.reset_link import reset_link_token
from core import email_addresses, encryption
from core.models import Site
from core.networks import client_of
from core.sites import site_of_host
from core.slow_requests import waiting

# Of what allauth gives its own templates; the queue keeps strings alone.
_PASSED_ON = frozenset(
    {
        *("code", "from_email", "to_email", "deleted_email", "provider"),
        *("ip", "user_agent", "timestamp"),
    }
)
_RESET_CODE = "account/email/password_reset_code"
# Instead of the code, once too many were wrong.
_RESET_LINK = "accounts/password_reset_link"
# Anybody can have these sent to any address.
_ASKED_BY_ANYBODY = frozenset(
    {
        *("login_code", "password_reset_code", "unknown_account"),
        *("email_confirmation", "email_confirmation_signup", "account_already_exists"),
    }
)
_TOO_MANY = _("Too many attempts. Wait a few minutes and try again.")


class AccountAdapter(DefaultAccountAdapter):
    _try: Try  # of the password that is being judged

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "duplicate_email": _("This is your address already."),
        "email_password_mismatch": _("The address or the password is wrong."),
        "email_taken": _("This address belongs to another account."),
        "enter_current_password": _("Write your present password."),
        "incorrect_code": _("This code is wrong. Compare it with the one that you were given."),
        "incorrect_password": _("The password is wrong."),
        "rate_limited": _("A code was sent a moment ago. Wait a little before asking for another."),
        "same_as_current": _("This is the same address."),
        "too_many_login_attempts": _TOO_MANY,
    }

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        # allauth would save the account before its name is claimed and its consents are recorded.
        super().save_user(request, user, form, commit=False)
        user.display_name = form.cleaned_data["display_name"]
        user.language = get_language() or "ru"
        if commit:
            begin_registration(user=user, agreement=form.agreement(request))
        return user

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        # By the code of the session that registered or changes its address. Codes for signing in
        # and for a new password confirm an address, too, but not through here.
        with awaited_code(), locked_account(email_address.user) as account:
            # Only who is signed in may give the account another address.
            if request.user != account:
                require_current_address(account, email_address.email)
            return bool(super().confirm_email(request, email_address))

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """`email`: the address that a code was sent to, or that was typed with the password."""
        if email := kwargs["email"]:
            try:
                require_current_address(user, email)
            except CodeLapsed:
                clear_login(request)
                raise
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response

    def set_password(self, user: User, password: str) -> None:
        # A first password would be a proof for everything else.
        if self.request.user == user and not user.has_usable_password():
            raise_if_reauthentication_required(self.request, app=proof.APP)
        process = PasswordResetVerificationProcess.resume(self.request)
        if process is not None and not self.request.user.is_authenticated:
            try:
                require_current_address(user, process.state["email"])
            except CodeLapsed:
                process.abort()
                raise
        # The headless API sets the new password before it confirms the address by the same code.
        if not has_confirmed_address(user):
            restart_registration(user=user)
        super().set_password(user, password)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        super().pre_authenticate(request, **credentials)
        self._try = guesses.count(request, Proof.PASSWORD, credentials.get("email", ""))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        user: User | None = super().authenticate(request, **credentials)
        if user is None:
            log.failed(Proof.PASSWORD, credentials.get("email", ""))
        else:
            forgive_tries(self._try)
        return user

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # allauth has no public hook for the key by which it counts wrong passwords.
        key = str(super()._get_login_attempts_cache_key(request, **credentials))
        return f"{key}:{known_browsers.limit_key(request, credentials.get('email', ''))}"

    def get_client_ip(self, request: HttpRequest) -> str:
        ip = client_of(request.META)
        if ip is None:
            raise PermissionDenied("The client has no IP address")
        return ip

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        words = {
            reverse("account_reauthenticate"): _("By the password"),
            reverse("mfa_reauthenticate"): _("By a code from the app or a recovery code"),
            reverse("mfa_reauthenticate_webauthn"): _("By a passkey"),
        }
        methods = super().get_reauthentication_methods(user)
        if not methods:
            again = reverse("accounts:sign-in-again")
            return [{"id": "sign_in_again", "description": _("By signing in again"), "url": again}]
        return [method | {"description": words[method["url"]]} for method in methods]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        required = bool(super().is_reauthentication_required(app=app, **kwargs))
        # allauth looks at the proofs after it has asked this.
        proof.distrust_the_future(self.request)
        # allauth asks nothing of people without a password and a second step.
        if required and proof.must_sign_in_again(self.request):
            raise ReauthenticationRequired
        return required

    def is_safe_url(self, url: str | None) -> bool:
        try:
            return bool(super().is_safe_url(url))
        # What is no URL at all, such as http://[
        except ValueError:
            return False

    def clean_email(self, email: str) -> str:
        email = email_addresses.normalise(email)
        email_addresses.check(email)
        return email

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        # allauth keeps the user to itself, whose language the e-mail needs: it may go to an address
        # that the account has just lost.
        context = {"user": user, **(context or {})}
        super().send_notification_mail(template_prefix, user, context, email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue it: that takes equally long for a known address and for an unknown one.

        Raises `TooManyEmails` for what anybody can have sent to the address.
        """
        if template_prefix.rpartition("/")[2] in _ASKED_BY_ANYBODY:
            counted_by = known_browsers.limit_key(self.request, email)
            count_code_email(email=email, counted_by=counted_by)
            is_shut = is_closed(proof=Proof.RESET_CODE, counted_by=counted_by)
            if is_shut and template_prefix == _RESET_CODE:
                template_prefix, context = _RESET_LINK, _without_code(context)
        site = site_of_host(self.request.get_host())
        language = _language(context.get("user"), email)
        with translation.override(language), timezone.override(site.clock):
            known = {name: _as_text(context[name]) for name in _PASSED_ON & context.keys()}
        if "user_agent" in known:
            known["device"] = device(known.pop("user_agent"))
        emails.from_allauth(
            template_prefix,
            to=email,
            site=site,
            language=language,
            context=known | {"email": email, "url": _url(template_prefix, email, context, site)},
        )


def is_vouched(sociallogin: Any, email: str) -> bool:
    """Return whether the provider has verified the typed address, and not another one."""
    return any(
        # `is True`, because a claim "false" is a truthy string.
        known.verified is True and email_addresses.normalise(known.email).lower() == email
        for known in sociallogin.email_addresses
    )


def vouched_addresses(sociallogin: Any, email: str) -> list[EmailAddress]:
    """Return the typed address as a confirmed one if the provider has verified it."""
    return [EmailAddress(email=email, verified=True)] if is_vouched(sociallogin, email) else []


def _without_code(context: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in context.items() if name != "code"}


def _language(user: User | None, email: str) -> str:
    """The language of the account's owner. The page's language is for strangers: an intruder's
    browser must not choose the language of the alarm."""
    # Asked for in any case, so that a known address takes as long as an unknown one.
    by_address = User.objects.filter(email=email.lower()).values_list("language", flat=True).first()
    return (user.language if user else by_address) or get_language() or "ru"


def _url(template_prefix: str, email: str, context: dict[str, Any], site: Site) -> str:
    """Return what the button of the e-mail opens."""
    if template_prefix.endswith("unknown_account"):
        return str(context["signup_url"])
    if template_prefix == _RESET_LINK:
        # allauth passes no user here: it is whom the address belongs to.
        return emails.password_reset_link(reset_link_token(User.objects.get(email=email.lower())))
    if template_prefix.endswith("email_changed"):
        return _undo_url(context["user"], email, site)
    if template_prefix.endswith("email_returned"):
        # A code for a new password no longer goes to this address.
        return f"mailto:{site.complaints_email}"
    return emails.password_reset_url(email)


def _undo_url(user: User, former: str, site: Site) -> str:
    change = user.events.filter(action=AccountEvent.Action.EMAIL_CHANGED).order_by("-id").first()
    if change is None:
        return f"mailto:{site.complaints_email}"
    return emails.undo_email_change_url(undo_token(change, former))


def _as_text(value: object) -> str:
    return emails.in_words(value) if isinstance(value, datetime) else str(value)


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "add_email_blocked": _("Confirm the present address before adding another."),
        "cannot_delete_authenticator": _("The second step cannot be switched off."),
        "cannot_generate_recovery_codes": _("Switch on an app or add a passkey first."),
        "incorrect_code": _("This code is wrong. Check the app or your recovery codes again."),
        "unverified_email": _("Confirm your address first."),
    }

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text)

    # Apps show it next to the code, to tell it from the codes of other sites.
    def get_totp_issuer(self) -> str:
        return site_of_host(self.request.get_host()).name

    def generate_authenticator_name(self, _user: User, _type: str) -> str:
        today = date_format(timezone.localdate(), "SHORT_DATE_FORMAT")
        return str(_("Passkey of %(date)s") % {"date": today})


def _described_at(url: str) -> dict[str, Any] | None:
    """Return the provider whose metadata are at the address."""
    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    return next((app for app in apps if app["settings"]["server_url"] == url), None)


def _names_issuer(response: Response, issuer: str) -> bool:
    """Return whether the metadata name this issuer. `RequestException` if they cannot be read.

    OpenID Connect Discovery 1.0, section 4.3: a provider must not pass for another one.
    """
    response.raise_for_status()
    metadata = response.json()
    return isinstance(metadata, dict) and metadata.get("issuer") == issuer


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "email_taken": _(
            "There is an account with this address. Sign in to it, then tie your %s account to it."
        ),
        "no_password": _("Set a password first, or you could not sign in any more."),
        "no_verified_email": _("Confirm your address first, or you could not sign in any more."),
        "disconnect_last": _("This is your only way to sign in."),
        "connected_other": _("That account is tied to another account here."),
    }

    def get_requests_session(self) -> Any:
        """Return allauth's, whose requests give up their turn in the lane of slow requests: a
        provider may take seconds to answer."""
        session = super().get_requests_session()
        send = session.request

        def request(method: str, url: str, **kwargs: Any) -> Any:
            app = _described_at(url)
            try:
                with waiting(long=True):
                    response = send(method, url, **kwargs)
                if app is None or _names_issuer(response, app["settings"]["issuer"]):
                    return response
            except RequestException:
                if app is None:
                    raise
            provider = self.get_provider(context.request, app["provider_id"])
            # Raised also where allauth handles no error of the provider.
            raise ImmediateHttpResponse(render_authentication_error(context.request, provider))

        session.request = request
        return session

    # allauth's has 95 random bits.
    def generate_state_param(self, _state: dict[str, Any]) -> str:
        return secrets.token_urlsafe(32)

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, *args: Any, **kwargs: Any
    ) -> None:
        # None where the address of an unknown provider is opened.
        log.failed_elsewhere(provider.id if provider else "unknown")
        super().on_authentication_error(request, provider, *args, **kwargs)

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> User:
        """Prefill the form with the provider's data; the person confirms it."""
        user: User = super().populate_user(request, sociallogin, data)
        user.display_name = data.get("name") or data.get("first_name") or ""
        return user

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> User:
        """In one transaction, where allauth writes the account and its tie one after the other."""
        user: User = sociallogin.user
        user.set_unusable_password()
        get_adapter(request).save_user(request, user, form, commit=False)
        begin_registration(
            user=user,
            agreement=form.agreement(request),
            elsewhere=sociallogin.account,
            is_vouched=is_vouched(sociallogin, user.email),
        )
        setup_user_email(request, user, vouched_addresses(sociallogin, user.email))
        return user

    def get_signup_form_initial_data(self, sociallogin: Any) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_signup_form_initial_data(sociallogin)
        return initial | {"display_name": sociallogin.user.display_name}
