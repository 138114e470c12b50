"""Keep a sanction in force when its person erases the account and registers again.

Only a keyed digest of the address is kept, and only while the sanction is active.
"""

from allauth.account.models import EmailAddress
from django.utils.crypto import salted_hmac

from accounts.models import Sanction, User
from accounts.states import SanctionStatus

_SALT = "accounts.erased-address"


def keep_sanctions(user: User) -> None:
    """Store a digest of the address with the active sanctions, before the address is erased.

    Runs in the caller's transaction. An unconfirmed registration can have been given another
    address after the sanction, so digests that are stored already are not replaced.
    """
    active = user.sanctions.filter(status=SanctionStatus.ACTIVE.value)
    if not EmailAddress.objects.filter(user=user, verified=True).exists():
        active = active.filter(erased_email_digest="")
    active.update(erased_email_digest=_digest(user.email))


def take_over_sanctions(user: User) -> None:
    """Move the active sanctions of an erased account with the same address to a new one.

    The digest stays: a registration could take the sanctions over, be given another address, and
    leave this one free of them.
    """
    sanctions = Sanction.objects.filter(
        status=SanctionStatus.ACTIVE.value, erased_email_digest=_digest(user.email)
    )
    sanctions.exclude(user__emailaddress__verified=True).update(user=user)


def _digest(email: str) -> str:
    return salted_hmac(_SALT, email.lower(), algorithm="sha256").hexdigest()
