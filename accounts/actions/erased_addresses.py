"""Keep a sanction in force when its person erases the account and registers again.

Only a keyed digest of the address is kept, and only while the sanction is active.
"""

from django.utils.crypto import salted_hmac

from accounts.models import Sanction, User
from accounts.states import SanctionStatus

_SALT = "accounts.erased-address"


def keep_sanctions(user: User) -> None:
    """Before the address is erased. In the caller's transaction."""
    active = user.sanctions.filter(status=SanctionStatus.ACTIVE.value)
    active.update(erased_email_digest=_digest(user.email))


def take_over_sanctions(user: User) -> None:
    """Move the active sanctions of an erased account with the same address to a new one."""
    kept = Sanction.objects.filter(
        status=SanctionStatus.ACTIVE.value, erased_email_digest=_digest(user.email)
    )
    kept.update(user=user, erased_email_digest="")


def _digest(email: str) -> str:
    return salted_hmac(_SALT, email.lower(), algorithm="sha256").hexdigest()
