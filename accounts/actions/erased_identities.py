"""Keep a sanction in force when its person erases the account and registers again.

A person is known by the address, or by whom another site says they are. Only keyed digests of these
are kept, and only while the sanction is active.
"""

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.utils.crypto import salted_hmac

from accounts.models import LinkedPerson, Sanction, User
from accounts.querysets import SanctionQuerySet
from accounts.states import SanctionStatus

_SALT = "accounts.erased-address"
_ELSEWHERE_SALT = "accounts.erased-identity"


def keep_sanctions(user: User) -> None:
    """Store digests with the active sanctions, before what they are made of is erased.

    Runs in the caller's transaction. An unconfirmed registration can have been given another
    address after the sanction, so digests that are stored already are not replaced.
    """
    tied = SocialAccount.objects.filter(user=user)
    elsewhere = [*map(_account, tied), *map(_link, user.linked.all())]
    for sanction in user.sanctions.filter(status=SanctionStatus.ACTIVE.value).select_for_update():
        sanction.erased_identities = sorted({*sanction.erased_identities, *elsewhere})
        sanction.save(update_fields=["erased_identities"])
    active = user.sanctions.filter(status=SanctionStatus.ACTIVE.value)
    if not EmailAddress.objects.filter(user=user, verified=True).exists():
        active = active.filter(erased_email_digest="")
    active.update(erased_email_digest=_digest(user.email))


def take_over_sanctions(user: User) -> None:
    """Move the active sanctions of an erased account with the same address to a new one.

    The digest stays: a registration could take the sanctions over, be given another address, and
    leave this one free of them.
    """
    _move(Sanction.objects.filter(erased_email_digest=_digest(user.email)), user)


def take_over_sanctions_of(identity: SocialAccount | LinkedPerson) -> None:
    """Do so for an account, new or not, that is tied to the same person of another site."""
    digest = _account(identity) if isinstance(identity, SocialAccount) else _link(identity)
    _move(Sanction.objects.filter(erased_identities__contains=[digest]), identity.user)


def _move(sanctions: SanctionQuerySet, user: User) -> None:
    active = sanctions.filter(status=SanctionStatus.ACTIVE.value).exclude(user=user)
    active.exclude(user__emailaddress__verified=True).update(user=user)


def _account(account: SocialAccount) -> str:
    return _digest_of("social", account.provider, account.uid)


def _link(link: LinkedPerson) -> str:
    return _digest_of("sign-on", str(link.key_id), link.subject)


def _digest_of(*parts: str) -> str:
    return salted_hmac(_ELSEWHERE_SALT, "\n".join(parts), algorithm="sha256").hexdigest()


def _digest(email: str) -> str:
    return salted_hmac(_SALT, email.lower(), algorithm="sha256").hexdigest()
