"""Keep a sanction in force when its person erases the account and registers again.

A person is known by confirmed addresses, and by whom other sites say they are. Only keyed digests
of these are kept, and only while the sanction is active.
"""

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac

from accounts.models import LinkedPerson, Sanction, SanctionEvent, User
from accounts.states import SanctionStatus
from core.audit import actor_fields

_SALT = "accounts.erased-address"
_ELSEWHERE_SALT = "accounts.erased-identity"
# What makes two sanctions of one person the same one.
_CONTENT = ("site_id", "kind", "rule_label", "message", "note", "ends_at", "imposed_by_id")


def keep_sanctions(user: User) -> None:
    """Store digests with the active sanctions, before what they are made of is erased.

    Runs in the caller's transaction. Digests of an earlier account of the person stay.
    """
    confirmed, identities = _confirmed(user), _identities(user)
    for sanction in user.sanctions.filter(status=SanctionStatus.ACTIVE.value).select_for_update():
        former = sanction.erased_email_digest
        # An account without a confirmed address could be given anybody's.
        if confirmed or not former:
            sanction.erased_email_digest = _digest(user.email)
        known = {*sanction.erased_identities, former, *identities}
        sanction.erased_identities = sorted(known - {""})
        sanction.save(update_fields=["erased_email_digest", "erased_identities"])


@transaction.atomic
def take_over_sanctions(user: User) -> None:
    """Put the account under the active sanctions of erased accounts of the same person.

    Nothing is proved before an address is confirmed: anybody can begin a registration with the
    address of an erased person, and then give the account to somebody else's. Repeated, it changes
    nothing.
    """
    if not _confirmed(user):
        return
    identities = _identities(user)
    same_person = Sanction.objects.filter(
        Q(erased_email_digest__in=identities) | Q(erased_identities__overlap=identities),
        status=SanctionStatus.ACTIVE.value,
    )
    for sanction in same_person.exclude(user=user).select_for_update().order_by("pk"):
        if sanction.user is None or not _confirmed(sanction.user):
            Sanction.objects.filter(pk=sanction.pk).update(user=user)
        # The person has another account already: it must not free this one.
        elif not user.sanctions.filter(
            status=SanctionStatus.ACTIVE.value,
            **{name: getattr(sanction, name) for name in _CONTENT},
        ).exists():
            _continue(sanction, user)


def _continue(sanction: Sanction, user: User) -> None:
    continued = Sanction.objects.create(
        user=user,
        erased_email_digest=sanction.erased_email_digest,
        erased_identities=sanction.erased_identities,
        **{name: getattr(sanction, name) for name in _CONTENT},
    )
    SanctionEvent.objects.create(
        sanction=continued,
        action=f"{sanction.kind}.imposed",
        to_status=SanctionStatus.ACTIVE,
        evidence={"continues": sanction.pk},
        **actor_fields(None),
    )


def _confirmed(user: User) -> list[str]:
    addresses = EmailAddress.objects.filter(user=user, verified=True)
    return list(addresses.values_list("email", flat=True))


def _identities(user: User) -> list[str]:
    tied = SocialAccount.objects.filter(user=user)
    return [*map(_digest, _confirmed(user)), *map(_account, tied), *map(_link, user.linked.all())]


def _account(account: SocialAccount) -> str:
    return _digest_of("social", account.provider, account.uid)


def _link(link: LinkedPerson) -> str:
    return _digest_of("sign-on", str(link.key_id), link.subject)


def _digest_of(*parts: str) -> str:
    return salted_hmac(_ELSEWHERE_SALT, "\n".join(parts), algorithm="sha256").hexdigest()


def _digest(email: str) -> str:
    return salted_hmac(_SALT, email.lower(), algorithm="sha256").hexdigest()
