"""Sanctions that editors impose, and their end."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Self

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.domains import domain_of, is_public
from accounts.models import Sanction, SanctionEvent, User
from accounts.permissions import Permission, can, require
from accounts.states import SANCTION, SanctionStatus
from core import outbox
from core.audit import actor_fields
from core.bounds import Bound, bounded
from core.errors import InvalidInput, NotPermitted
from core.models import Site
from core.networks import network_of

# A /16 is 65,536 addresses of IPv4, and a /32 is what a regional registry gives to one provider of
# IPv6. A wider range would affect the readers of several providers.
_WIDEST_PREFIX = {4: 16, 6: 32}
# These two are temporary: to exclude a person without an end is a ban.
NEEDS_END = frozenset({Sanction.Kind.MUTE, Sanction.Kind.SUSPENSION})
# A warning forbids nothing, so it has nothing that could end.
HAS_NO_END = frozenset({Sanction.Kind.WARNING})


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a sanction concerns: exactly one of a person, an e-mail domain, an address range."""

    user: User | None = None
    email_domain: str = ""
    first_ip: str | None = None
    last_ip: str | None = None

    @classmethod
    def person(cls, user: User) -> Self:
        return cls(user=user)

    @classmethod
    def domain(cls, domain: str) -> Self:
        """Raises `InvalidInput` for a public provider, where every reader may have an address."""
        domain = domain_of(domain.strip())
        if "." not in domain:
            raise InvalidInput({"email_domain": [_("Write a domain such as example.org.")]})
        if is_public(domain):
            message = _(
                "This is a public e-mail provider: impose the sanction on the person instead."
            )
            raise InvalidInput({"email_domain": [message]})
        return cls(email_domain=domain)

    @classmethod
    def network(cls, network: str) -> Self:
        """`192.0.2.0/24`, or one address; one of IPv6 means its whole /64, as limits do."""
        try:
            # Not strict, so that a moderator may paste the reader's own address with a prefix
            # length.
            parsed = ipaddress.ip_network(_widened(network.strip()), strict=False)
        except ValueError as error:
            message = _("Write an address or a range such as 192.0.2.0/24.")
            raise InvalidInput({"network": [message]}) from error
        if parsed.prefixlen < _WIDEST_PREFIX[parsed.version]:
            raise InvalidInput({"network": [_("This range is too wide.")]})
        # Django has no field for a network, and BETWEEN on two columns can use an ordinary index.
        return cls(first_ip=str(parsed[0]), last_ip=str(parsed[-1]))


def _widened(network: str) -> str:
    """Return the network of a single address; return a range unchanged."""
    return network if "/" in network else network_of(network)


@bounded(
    subject=Bound(300),
    rule_label=Bound(300),
    message=Bound(10_000),
    note=Bound(10_000),
    evidence=Bound(1_000),
)
@transaction.atomic(durable=True)
def impose_sanction(
    *,
    site: Site,
    kind: Sanction.Kind,
    subject: Subject,
    rule_label: str,
    actor: User,
    message: str = "",
    note: str = "",
    ends_at: datetime | None = None,
    evidence: Mapping[str, Any] = MappingProxyType({}),
    by_email: bool | None = None,
) -> Sanction:
    """`evidence` goes into the record; `by_email`: whether the person may be written to about it,
    by default where the editors tell them anything."""
    require(actor, Permission.MODERATE, site)
    _refuse_staff(subject.user, site, actor)
    _check_end(kind, ends_at)
    sanction = Sanction.objects.create(
        site=site,
        kind=kind,
        user=subject.user,
        email_domain=subject.email_domain,
        first_ip=subject.first_ip,
        last_ip=subject.last_ip,
        rule_label=rule_label,
        message=message,
        note=note,
        ends_at=ends_at,
        imposed_by=actor,
    )
    SanctionEvent.objects.create(
        sanction=sanction,
        action=f"{kind}.imposed",
        to_status=SanctionStatus.ACTIVE,
        note=note,
        evidence={
            "rule": rule_label,
            "until": ends_at.isoformat() if ends_at else None,
            **evidence,
        },
        **actor_fields(actor),
    )
    is_notified = bool(message) if by_email is None else by_email
    outbox.publish("sanction.imposed", sanction_id=sanction.pk, by_email=is_notified)
    return sanction


@bounded(note=Bound(10_000))
@transaction.atomic(durable=True)
def lift_sanction(*, sanction: Sanction, actor: User, note: str = "") -> Sanction:
    """Lift a sanction, and its copies on other accounts of the person.

    Lifting a copy frees its account alone.
    """
    require(actor, Permission.MODERATE, sanction.site)
    lifted = _end(sanction.pk, SanctionStatus.LIFTED, actor, note)
    # While the first one is locked, nobody copies it.
    copies = lifted.copies.filter(status=SanctionStatus.ACTIVE.value).order_by("pk")
    for copy in copies:
        _end(copy.pk, SanctionStatus.LIFTED, actor, note, evidence={"with": lifted.pk})
    return lifted


@transaction.atomic(durable=True)
def lapse_sanction(*, sanction_id: int) -> None:
    """Record the end of a sanction whose time is over; it has not counted since then."""
    # The periodic task listed it a moment ago; an editor may have lifted it since.
    if Sanction.objects.due(timezone.now()).filter(pk=sanction_id).exists():
        _end(sanction_id, SanctionStatus.LAPSED, None, "")


def _end(
    sanction_id: int,
    to: SanctionStatus,
    actor: User | None,
    note: str,
    *,
    evidence: Mapping[str, Any] = MappingProxyType({}),
) -> Sanction:
    sanction = Sanction.objects.select_for_update().get(pk=sanction_id)
    before = SanctionStatus(sanction.status)
    if SANCTION.needs_change(before, to):
        sanction.status = to
        sanction.ended_at = timezone.now()
        sanction.erased_email_digest, sanction.erased_identities = "", []
        sanction.save(
            update_fields=["status", "ended_at", "erased_email_digest", "erased_identities"]
        )
        SanctionEvent.objects.create(
            sanction=sanction,
            action=f"{sanction.kind}.{to}",
            from_status=before,
            to_status=to,
            note=note,
            evidence=dict(evidence),
            **actor_fields(actor),
        )
        if to == SanctionStatus.LIFTED:
            outbox.publish("sanction.lifted", sanction_id=sanction.pk)
    return sanction


def _refuse_staff(user: User | None, site: Site, actor: User) -> None:
    if user is None:
        return
    if user == actor:
        raise NotPermitted(_("You cannot impose a sanction on yourself."))
    # A role that rests, for want of a second factor, is a role all the same.
    is_staff = user.is_superuser or user.roles.filter(site=site).exists()
    if is_staff and not can(actor, Permission.ADMINISTER, site):
        raise NotPermitted(
            _("Only an administrator can impose a sanction on a member of the staff.")
        )


def _check_end(kind: Sanction.Kind, ends_at: datetime | None) -> None:
    if kind in NEEDS_END and ends_at is None:
        message = _("Choose until when: this sanction cannot be without an end.")
        raise InvalidInput({"ends_at": [message]})
    if kind in HAS_NO_END and ends_at is not None:
        raise InvalidInput({"ends_at": [_("A warning has no duration: leave the time out.")]})
    if ends_at is not None and ends_at <= timezone.now():
        raise InvalidInput({"ends_at": [_("The end must lie ahead.")]})
