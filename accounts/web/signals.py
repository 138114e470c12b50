"""allauth's own acts, written into the account's history; connected by the app's `ready`."""

from datetime import timedelta
from typing import Any, cast

from allauth.account import signals as account_signals
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa import signals as mfa_signals
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.signals import social_account_added
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import signals as auth_signals
from django.contrib.auth.models import AnonymousUser
from django.db.models.signals import post_save, pre_delete, pre_save
from django.http import HttpRequest

from accounts.actions import (
    forgive_tries_of,
    keep_identity,
    record_event,
    record_sign_in,
    require_current_address,
    restart_registration,
    take_over_sanctions,
)
from accounts.models import AccountEvent, LinkedPerson, Role, User
from accounts.web import log
from accounts.web.awaited import is_awaited
from accounts.web.devices import device
from accounts.web.signon import tie_confirmed
from core.web.sessions import Lifetime, SessionStore

# docs/accounts.md gives the reasons.
_READERS = Lifetime(idle=timedelta(days=14), total=timedelta(days=30))
_STAFF = Lifetime(idle=timedelta(hours=12), total=timedelta(days=7))


def on_session_begun(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    is_staff = user.is_staff or user.is_superuser or Role.objects.filter(user=user).exists()
    session = cast("SessionStore", request.session)
    session.limit(_STAFF if is_staff else _READERS)


def on_step_completed(request: HttpRequest, **details: Any) -> None:
    """Give a session that has proved again who it is another key, as a sign-in does."""
    former = request.session.session_key
    if former is None or not details.get("reauthenticated"):
        return
    is_app = former == request.headers.get("X-Session-Token")
    if not is_app and former != request.COOKIES.get(settings.SESSION_COOKIE_NAME):
        return
    request.session.cycle_key()
    # The widget's tokens belong to this row.
    UserSession.objects.filter(session_key=former).update(session_key=request.session.session_key)
    if is_app:
        # allauth sends the session token only when the user of the request has changed.
        headless = request.allauth.headless  # type: ignore[attr-defined] # allauth's middleware
        headless._pre_user = AnonymousUser()


def on_signed_in(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    tie_confirmed(request, user)
    agent = request.headers.get("User-Agent", "")
    if record_sign_in(user=user, device=device(agent)):
        get_adapter(request).send_notification_mail("accounts/new_device", user)


def on_password_changed(user: User, **_kwargs: Any) -> None:
    record_event(user=user, action=AccountEvent.Action.PASSWORD_CHANGED, evidence={})


def on_password_reset(user: User, **_kwargs: Any) -> None:
    forgive_tries_of(user)


def on_address_saved(instance: EmailAddress, **_kwargs: Any) -> None:
    """Discard what was claimed before a proof of the address.

    Before the proof is stored, so that no crash leaves the password of a stranger with a confirmed
    address.
    """
    if not instance.verified or instance.pk is None or is_awaited():
        return
    if EmailAddress.objects.filter(pk=instance.pk, verified=True).exists():
        return
    require_current_address(instance.user, instance.email)
    restart_registration(user=instance.user)


def on_address_confirmed(instance: EmailAddress, **_kwargs: Any) -> None:
    """Runs at every door. What a stranger had claimed before has been discarded by now."""
    if instance.verified:
        take_over_sanctions(instance.user)


def on_email_confirmed(email_address: EmailAddress, **_kwargs: Any) -> None:
    record_event(user=email_address.user, action=AccountEvent.Action.EMAIL_CONFIRMED, evidence={})


def on_email_changed(user: User, from_email_address: Any, **_kwargs: Any) -> None:
    # allauth sends this for the first address of an account, too, and for one that was mistyped at
    # registration: nothing that was in use has changed then.
    if from_email_address is None or not from_email_address.verified:
        return
    record_event(user=user, action=AccountEvent.Action.EMAIL_CHANGED, evidence={})


def on_factor_added(user: User, authenticator: Any, **_kwargs: Any) -> None:
    record_event(
        user=user,
        action=AccountEvent.Action.FACTOR_ADDED,
        evidence={"kind": str(authenticator.type)},
    )


def on_factor_removed(user: User, authenticator: Any, **_kwargs: Any) -> None:
    record_event(
        user=user,
        action=AccountEvent.Action.FACTOR_REMOVED,
        evidence={"kind": str(authenticator.type)},
    )


def on_tied_elsewhere(sociallogin: SocialLogin, **_kwargs: Any) -> None:
    take_over_sanctions(sociallogin.user)


def on_identity_removed(
    instance: EmailAddress | SocialAccount | LinkedPerson, **_kwargs: Any
) -> None:
    """Runs at every door: a change of the address, a site that is no longer used, an erasure."""
    keep_identity(instance)


def connect() -> None:
    auth_signals.user_logged_in.connect(on_session_begun)
    account_signals.authentication_step_completed.connect(on_step_completed)
    account_signals.authentication_step_completed.connect(log.on_step)
    auth_signals.user_logged_in.connect(log.on_signed_in)
    auth_signals.user_logged_out.connect(log.on_signed_out)
    account_signals.user_logged_in.connect(on_signed_in)
    # Three ways to a new password are one event in the account's history.
    for signal in (
        account_signals.password_changed,
        account_signals.password_set,
        account_signals.password_reset,
    ):
        signal.connect(on_password_changed)
    account_signals.password_reset.connect(on_password_reset)
    pre_save.connect(on_address_saved, sender=EmailAddress)
    post_save.connect(on_address_confirmed, sender=EmailAddress)
    account_signals.email_confirmed.connect(on_email_confirmed)
    account_signals.email_changed.connect(on_email_changed)
    mfa_signals.authenticator_added.connect(on_factor_added)
    mfa_signals.authenticator_removed.connect(on_factor_removed)
    social_account_added.connect(on_tied_elsewhere)
    for model in (EmailAddress, SocialAccount, LinkedPerson):
        pre_delete.connect(on_identity_removed, sender=model)
