"""Keep a sanction in force when its person erases the account and registers again.

A person is known by confirmed addresses, and by whom other sites say they are. Only keyed digests
of these are kept, and only while the sanction is active.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from accounts.models import IdentityKey, LinkedPerson, Sanction, SanctionEvent, User
from accounts.states import SanctionStatus
from core.audit import actor_fields

_SALT = "accounts.erased-address"
_ELSEWHERE_SALT = "accounts.erased-identity"
# What a copy has of the first sanction.
_CONTENT = ("site_id", "kind", "rule_label", "message", "note", "ends_at", "imposed_by_id")
# The kind of identity, and what tells it from others of its kind.
_Name = tuple[str, ...]


def keep_sanctions(user: User) -> None:
    """Store a digest of the address with the active sanctions, before it is erased.

    Runs in the caller's transaction, which then removes the identities (`keep_identity`). Digests
    of an earlier account of the person stay.
    """
    is_confirmed = bool(_confirmed(user))
    for sanction in _active_sanctions(user):
        former = sanction.erased_email_digest
        digests = {former}
        # An account without a confirmed address could be given anybody's.
        if is_confirmed or not former:
            sanction.erased_email_digest = _digest_of_the_release_before(user.email)
            sanction.save(update_fields=["erased_email_digest"])
            digests.update(_digests([_address(user.email)]))
        _add_digests(sanction, digests)


@transaction.atomic
def keep_identity(removed: EmailAddress | SocialAccount | LinkedPerson) -> None:
    """Store a digest of what an account under sanctions loses, with these sanctions.

    Otherwise a person could change the address, erase the account and register with the former one.
    """
    # A person under no sanction leaves nothing behind.
    sanctions = _active_sanctions(removed.user)
    if sanctions and not (isinstance(removed, EmailAddress) and not removed.verified):
        digests = _digests(_names_of(removed))
        for sanction in sanctions:
            _add_digests(sanction, digests)


@transaction.atomic
def take_over_sanctions(user: User) -> None:
    """Put the account under the active sanctions of erased accounts of the same person.

    Nothing is proved before an address is confirmed: anybody can begin a registration with the
    address of an erased person, and then give the account to somebody else's. Repeated, it changes
    nothing; a copy that an editor has lifted does not come back.
    """
    if not _confirmed(user):
        return
    identities = _identities(user)
    digests = [*_digests(identities), *_digests_of_the_release_before(identities)]
    same_person = Sanction.objects.exclude(user=user).filter(
        Q(erased_email_digest__in=digests) | Q(erased_identities__overlap=digests),
        status=SanctionStatus.ACTIVE.value,
    )
    firsts = {one.pk: one.copied_from_id or one.pk for one in same_person}
    # With the first ones: an editor who lifts one of them lifts its copies, too.
    locked = _locked(Sanction.objects.filter(pk__in={*firsts, *firsts.values()}))
    active = {one.pk: one for one in locked}
    for pk, first in sorted(firsts.items()):
        if pk not in active or first not in active or _has_had(user, first):
            continue
        sanction = active[pk]
        if sanction.user is None or not _confirmed(sanction.user):
            _move(sanction, user)
        # The person has another account already: it must not free this one.
        else:
            _copy(sanction, first, user)


def _has_had(user: User, first: int) -> bool:
    return user.sanctions.filter(Q(pk=first) | Q(copied_from=first)).exists()


def _move(sanction: Sanction, user: User) -> None:
    _record(sanction, "moved", {"account": sanction.user_id}, from_status=SanctionStatus.ACTIVE)
    sanction.user = user
    sanction.save(update_fields=["user"])


def _copy(sanction: Sanction, first: int, user: User) -> None:
    copy = Sanction.objects.create(
        user=user,
        copied_from_id=first,
        erased_email_digest=sanction.erased_email_digest,
        erased_identities=sanction.erased_identities,
        **{name: getattr(sanction, name) for name in _CONTENT},
    )
    _record(copy, "imposed", {"continues": first})


def _record(
    sanction: Sanction, act: str, evidence: dict[str, Any], *, from_status: str = ""
) -> None:
    SanctionEvent.objects.create(
        sanction=sanction,
        action=f"{sanction.kind}.{act}",
        from_status=from_status,
        to_status=SanctionStatus.ACTIVE,
        evidence=evidence,
        **actor_fields(None),
    )


def _active_sanctions(user: User) -> Sequence[Sanction]:
    return _locked(user.sanctions.all())


def _locked(sanctions: QuerySet[Sanction]) -> Sequence[Sanction]:
    """Return the active ones, locked in the order in which everybody locks them."""
    active = sanctions.filter(status=SanctionStatus.ACTIVE.value)
    return list(active.select_for_update().order_by("pk"))


def _add_digests(sanction: Sanction, digests: Iterable[str]) -> None:
    known = {*sanction.erased_identities, *digests} - {""}
    if known != set(sanction.erased_identities):
        sanction.erased_identities = sorted(known)
        sanction.save(update_fields=["erased_identities"])


def _confirmed(user: User) -> list[EmailAddress]:
    return list(EmailAddress.objects.filter(user=user, verified=True))


def _identities(user: User) -> list[_Name]:
    tied = SocialAccount.objects.filter(user=user)
    linked = user.linked.select_related("key")
    return [name for one in (*_confirmed(user), *tied, *linked) for name in _names_of(one)]


def _names_of(identity: EmailAddress | SocialAccount | LinkedPerson) -> list[_Name]:
    if isinstance(identity, EmailAddress):
        return [_address(identity.email)]
    if isinstance(identity, SocialAccount):
        return [("social", identity.provider, identity.uid)]
    key = identity.key
    return [
        ("sign-on", str(key.pk), identity.subject),
        # Another key of the same site names the same people; its number in the table is another.
        ("sign-on of", str(key.site_id), key.label.casefold().strip(), identity.subject),
    ]


def _address(email: str) -> _Name:
    return ("address", email.lower())


def _digests(names: Iterable[_Name]) -> list[str]:
    fresh = {"key": secrets.token_urlsafe(32)}
    key = IdentityKey.objects.get_or_create(pk=IdentityKey.ONLY, defaults=fresh)[0].key.encode()
    return [hmac.new(key, "\n".join(name).encode(), hashlib.sha256).hexdigest() for name in names]


def _digests_of_the_release_before(names: Iterable[_Name]) -> list[str]:
    """Return the digests that were made with `SECRET_KEY` or a former one."""
    salted = [
        (_SALT, name[1]) if name[0] == "address" else (_ELSEWHERE_SALT, "\n".join(name))
        for name in names
    ]
    return [
        salted_hmac(*one, secret, algorithm="sha256").hexdigest()
        for one in salted
        for secret in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    ]


def _digest_of_the_release_before(email: str) -> str:
    return _digests_of_the_release_before([_address(email)])[0]
