"""A person's notifications and e-mail frequencies, and who may be notified."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from accounts.permissions import FORBIDDEN, Permission, Person, active_sanctions
from comments.models import Mute, Notification, NotificationChoice
from comments.states import Frequency, NotificationKind
from core.models import Site
from core.paging import Page, page

_SIZE = 30
_DIGEST_HOUR = 9

# Decisions have no e-mail here by default: where the rule asks for one, it is sent on its own.
DEFAULTS: Mapping[NotificationKind, Frequency] = {
    NotificationKind.REPLY: Frequency.AT_ONCE,
    NotificationKind.MENTION: Frequency.AT_ONCE,
    NotificationKind.DECISION: Frequency.NEVER,
}


@dataclass(frozen=True, slots=True)
class NotificationList:
    unread: int
    page: Page[Notification]


def notification_list(
    person: User, *, cursor: str = "", unread_only: bool = False
) -> NotificationList:
    mine = Notification.objects.of_person(person)
    shown = mine.unread() if unread_only else mine
    shown_page = page(shown.for_list(), order=["-id"], cursor=cursor, size=_SIZE)
    return NotificationList(mine.unread().count(), shown_page)


def unread_count(person: Person) -> int:
    if not isinstance(person, User):
        return 0
    return Notification.objects.of_person(person).unread().count()


def muted_by(person: Person) -> Sequence[int]:
    """Return the ids of the people whom the person muted."""
    if not isinstance(person, User):
        return ()
    return list(Mute.objects.filter(reader=person).values_list("muted_id", flat=True))


def frequencies_of(person: User) -> Mapping[NotificationKind, Frequency]:
    chosen = NotificationChoice.objects.filter(person=person).values_list("kind", "frequency")
    return {**DEFAULTS, **{NotificationKind(kind): Frequency(often) for kind, often in chosen}}


def due_at(frequency: Frequency, now: datetime, site: Site) -> datetime | None:
    """Return when to e-mail a notification. Digests go out at nine in the site's time zone."""
    if frequency == Frequency.NEVER:
        return None
    if frequency == Frequency.AT_ONCE:
        return now
    local = timezone.localtime(now, site.clock)
    at_nine = local.replace(hour=_DIGEST_HOUR, minute=0, second=0, microsecond=0)
    days = 0 if local < at_nine else 1
    if frequency == Frequency.WEEKLY:
        days = -local.weekday() % 7 if local < at_nine else 7 - local.weekday()
    return at_nine + timedelta(days=days)


def can_be_notified(person: User, site: Site, now: datetime) -> bool:
    """Return whether the person may be notified: active and not barred from commenting."""
    # An erased account is inactive, and its e-mail address is gone.
    if not person.is_active:
        return False
    sanctions = active_sanctions(person, site, now)
    return not any(Permission.COMMENT in FORBIDDEN[sanction.kind] for sanction in sanctions)


def has_muted(reader: User, person: User | None) -> bool:
    return person is not None and Mute.objects.filter(reader=reader, muted=person).exists()
