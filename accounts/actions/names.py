"""Display names: who may take which, and for how long a name that was given up stays closed."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import names
from accounts.models import AccountEvent, HeldName, NameChange, User
from accounts.permissions import Permission, require_unsanctioned
from core import outbox
from core.audit import own_act_fields
from core.bounds import Bound, bounded
from core.errors import InvalidInput, StrOrPromise
from core.models import Site

FREED_NAME_HELD = timedelta(days=180)
ASKED_NAME_HELD = timedelta(days=3)  # as long as a registration may wait for its code
# A limit, because otherwise one person could reserve any number of names by renaming repeatedly.
NAMES_HELD_AT_ONCE = 3

_TAKEN = _("This name is taken, or looks like one that is. Please choose another.")
_TOO_MANY_CHANGES = _("You have changed your name several times lately. Please keep this one.")

# Returns what is wrong with a name. Accounts know no other app, so each app that judges names adds
# its check from its `AppConfig.ready`.
NameCheck = Callable[[str], StrOrPromise | None]
_checks: list[NameCheck] = []


def contribute_name_check(check: NameCheck) -> None:
    _checks.append(check)


def check_name(name: str, *, user: User | None = None) -> None:
    """Raises `InvalidInput` for `display_name` unless the person, or a new one, may take it."""
    reason = names.fault(name)
    if reason is None and _imitates(name, user):
        reason = names.imitation_refused()
    if reason is None:
        reason = next((fault for check in _checks if (fault := check(name))), None)
    if reason is None and not _is_free(names.skeleton(name), user):
        reason = _TAKEN
    if reason is not None:
        raise InvalidInput({"display_name": [reason]})


def claim_name(name: str, *, user: User | None = None) -> str:
    """The skeleton of a name that is the caller's until the end of the open transaction."""
    # The old name is locked too: between its release and its hold another person could take it.
    lock_names([name, *([user.display_name] if user else [])])
    check_name(name, user=user)
    skeleton = names.skeleton(name)
    # `check_name` has passed, so a hold that still exists is the person's own or a lapsed one.
    HeldName.objects.filter(skeleton=skeleton).delete()
    return skeleton


def hold_asked_name(name: str) -> None:
    """Hold a display name as a registration would, for a request that creates no account."""
    lock_names([name])
    HeldName.objects.get_or_create(
        skeleton=names.skeleton(name), defaults={"until": timezone.now() + ASKED_NAME_HELD}
    )


def release_asked_name(name: str) -> None:
    HeldName.objects.filter(skeleton=names.skeleton(name), user=None).delete()


def forget_lapsed_holds() -> None:
    HeldName.objects.filter(until__lte=timezone.now()).delete()


@bounded(name=Bound(300))
@transaction.atomic(durable=True)
def rename(*, user: User, name: str, site: Site | None = None, ip: str = "") -> None:
    """The old name stays closed to others for `FREED_NAME_HELD`; its bearer may return to it.

    Raises `UnderSanction` where any publication forbids the person to comment: its readers see
    the new name under all earlier comments. `ip` counts on `site`, which the person looks at.
    Without a site it is a first name, which everybody needs.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    name = names.tidy(name)
    if name == user.display_name:
        return
    if site is not None:
        for one in Site.objects.all():
            require_unsanctioned(user, Permission.COMMENT, one, ip if one == site else "")
    old_name, old_skeleton = user.display_name, user.name_skeleton
    user.name_skeleton = claim_name(name, user=user)
    user.display_name = name
    # A new case or accent keeps the skeleton, which the person's own row still reserves. A
    # placeholder is reserved by no name.
    if user.name_skeleton != old_skeleton and not names.is_unnamed(old_skeleton):
        _hold(user, old_skeleton)
    user.save(update_fields=["display_name", "name_skeleton"])
    event = AccountEvent.objects.create(
        user=user, action=AccountEvent.Action.NAME_CHANGED, **own_act_fields(user)
    )
    NameChange.objects.create(event=event, before=old_name, after=name)
    # Pages of comments are stored with the names in them and have to be prepared again.
    outbox.publish("account.renamed", user_id=user.pk)


def lock_names(taken: Iterable[str]) -> None:
    """Two people who reach for look-alike names take turns; a constraint sees only equal rows."""
    with connection.cursor() as cursor:
        # Sorted, so that two people who swap names cannot deadlock.
        for skeleton in sorted({names.skeleton(name) for name in taken}):
            # There may be no row to lock yet, and a name can be taken in two tables; an advisory
            # lock covers both until the transaction ends.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [skeleton])


def _hold(user: User, skeleton: str) -> None:
    now = timezone.now()
    if user.held_names.in_force(now).count() >= NAMES_HELD_AT_ONCE:
        raise InvalidInput({"display_name": [_TOO_MANY_CHANGES]})
    HeldName.objects.create(skeleton=skeleton, user=user, until=now + FREED_NAME_HELD)


def _imitates(name: str, user: User | None) -> bool:
    publications = Site.objects.values_list("name_ru", "name_en")
    return names.imitates(
        name,
        publications=[published for both in publications for published in both if published],
        staff=User.objects.staff_names(besides=user),
    )


def _is_free(skeleton: str, user: User | None) -> bool:
    held = HeldName.objects.in_force(timezone.now()).filter(skeleton=skeleton)
    borne = User.objects.filter(name_skeleton=skeleton)
    if user:
        held, borne = held.exclude(user=user), borne.exclude(pk=user.pk)
    return not (held.exists() or borne.exists())
