"""Free an address for its owner, and undo a change of it by the link to the former one."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.actions.own_data import erase_unconfirmed
from accounts.models import AccountEvent, User
from core.audit import own_act_fields
from core.errors import Conflict

UNDO_LASTS = timedelta(days=7)
_SALT = "accounts.undo-email-change"
_Action = AccountEvent.Action


class ChangeStands(Conflict):
    code = "email_change_stands"
    title = _("This change of address can no longer be undone by the link")


def undo_token(change: AccountEvent, former: str) -> str:
    """Return the token of the link: it proves that its holder reads the mail of `former`."""
    return signing.dumps({"change": change.pk, "former": former}, salt=_SALT)


def read_undo_token(token: str) -> tuple[AccountEvent, str]:
    """Return the change and the former address. Raises `ChangeStands` after `UNDO_LASTS`."""
    try:
        proof = signing.loads(token, salt=_SALT, max_age=UNDO_LASTS)
    except signing.BadSignature as error:
        raise ChangeStands(_("The link is valid for seven days, and only whole.")) from error
    change = AccountEvent.objects.select_related("user").filter(pk=proof["change"]).first()
    if change is None or not change.user.is_active or _is_undone(change):
        raise ChangeStands(_("The link has been used already, or the account is gone."))
    return change, proof["former"]


def is_held(email: str) -> bool:
    """Return whether the address stays with its account when another person proves it.

    An unconfirmed address does not: anyone can begin a registration with anyone's address. It
    does stay with the staff, with inactive accounts and with holders of a role: a command makes
    accounts for the staff without a confirmation.
    """
    protected = Q(is_staff=True) | Q(is_active=False) | Q(roles__isnull=False)
    return (
        EmailAddress.objects.filter(email=email, verified=True).exists()
        or User.objects.filter(protected, email=email).exists()
    )


def free_address(email: str) -> None:
    """Erase an unconfirmed registration with this address, so that its owner begins afresh.

    In the caller's transaction.
    """
    user = User.objects.select_for_update().filter(email=email).first()
    if user is not None and not is_held(email):
        erase_unconfirmed(user)
    # Never confirmed either, and not the address by which that account signs in.
    unconfirmed = EmailAddress.objects.filter(email=email, verified=False)
    unconfirmed.exclude(user__email=email).delete()


@transaction.atomic(durable=True)
def undo_email_change(*, change: AccountEvent, former: str) -> User:
    """Make `former` the account's address again, and end every way into the account.

    Works after further changes, too: an intruder may have made several. The password, sessions and
    ways to sign in that were added since go, because they may be the intruder's. The owner then
    gets a code for a new password.
    """
    user = User.objects.select_for_update().get(pk=change.user_id)
    if not user.is_active or _is_undone(change):
        raise ChangeStands
    free_address(former)
    if User.objects.filter(email=former).exclude(pk=user.pk).exists():
        raise ChangeStands(_("Another account has this address now. Write to the editors."))
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=former, verified=True, primary=True)
    user.email = former
    user.set_unusable_password()
    user.save(update_fields=["email", "password"])
    _remove_ways_in(user, change.at)
    AccountEvent.objects.create(
        user=user,
        action=_Action.EMAIL_RETURNED,
        evidence={"change": change.pk},
        **own_act_fields(user),
    )
    return user


def _is_undone(change: AccountEvent) -> bool:
    returned = AccountEvent.objects.filter(user=change.user_id, action=_Action.EMAIL_RETURNED)
    return returned.filter(evidence={"change": change.pk}).exists()


def _remove_ways_in(user: User, since: datetime) -> None:
    for session in UserSession.objects.filter(user=user):
        session.end()
    Authenticator.objects.filter(user=user, created_at__gte=since).delete()
    SocialAccount.objects.filter(user=user, date_joined__gte=since).delete()
    linked = user.events.filter(action=_Action.SIGNON_LINKED, at__gte=since)
    user.linked.filter(key_id__in=[event.evidence["key"] for event in linked]).delete()
