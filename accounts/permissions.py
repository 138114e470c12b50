"""The permissions of each role as a table, and the checks that use it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeAlias

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import AnonymousUser
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.domains import domain_of, with_parents
from accounts.models import ConsentText, DataExport, Role, Sanction, StaffPolicy, User
from core.email_addresses import normalise
from core.errors import NotFound, NotPermitted, SignInRequired
from core.languages import moment
from core.models import Site
from core.statements import rows
from core.web.http import HttpRequest

P = ParamSpec("P")
Person: TypeAlias = User | AnonymousUser


class Permission(StrEnum):
    READ_REGISTERED = "read_registered"
    COMMENT = "comment"
    REPORT = "report"
    APPLY = "apply"
    MODERATE = "moderate"
    READ_RECORD = "read_record"
    EDIT_RULEBOOK = "edit_rulebook"
    DECIDE_APPLICATIONS = "decide_applications"
    EDIT_PROGRAMMES = "edit_programmes"
    READ_TEMPLATES = "read_templates"
    EDIT_TEMPLATES = "edit_templates"
    ADMINISTER = "administer"


_READER = "reader"
_EVERY_REGISTERED = frozenset({_READER})
_EDITORS = frozenset({Role.Name.EDITOR.value, Role.Name.ADMINISTRATOR.value})
_REGISTRARS = frozenset({Role.Name.REGISTRAR.value, Role.Name.ADMINISTRATOR.value})
_ADMINISTRATORS = frozenset({Role.Name.ADMINISTRATOR.value})

# What others see, or what becomes a document.
_UNDER_A_NAME = frozenset({Permission.COMMENT, Permission.REPORT, Permission.APPLY})

PERMISSIONS: Mapping[Permission, frozenset[str]] = {
    Permission.READ_REGISTERED: _EVERY_REGISTERED,
    Permission.COMMENT: _EVERY_REGISTERED,
    Permission.REPORT: _EVERY_REGISTERED,
    Permission.APPLY: _EVERY_REGISTERED,
    Permission.MODERATE: _EDITORS,
    Permission.READ_RECORD: _EDITORS,
    Permission.EDIT_RULEBOOK: _EDITORS,
    Permission.DECIDE_APPLICATIONS: _REGISTRARS,
    Permission.EDIT_PROGRAMMES: _REGISTRARS,
    Permission.READ_TEMPLATES: _REGISTRARS,
    Permission.EDIT_TEMPLATES: _ADMINISTRATORS,
    Permission.ADMINISTER: _ADMINISTRATORS,
}


class NameRequired(NotPermitted):
    """After `restart_registration`: pages ask for name and consents; programs are refused here."""

    code = "name_required"
    title = _("Choose a name and answer the questions about consents first: open a page of ours")


class SecondFactorRequired(NotPermitted):
    code = "second_factor_required"
    title = _("Switch on two-step sign-in to go on with this work: your account, Two-step sign-in")


def roles_of(person: Person, site: Site) -> frozenset[str]:
    """The names of a person's roles for one publication; everybody signed in is a reader.

    The roles of those who have not switched on a second factor in time rest until they do.
    """
    if isinstance(person, AnonymousUser) or not person.is_active:
        return frozenset()
    held = _held_roles(person, site)
    # Readers are asked for no second factor, so most requests skip its queries.
    if not held or second_factor_overdue(person, site):
        return frozenset({_READER})
    return frozenset({_READER, *held})


def second_factor_deadline(person: User, site: Site, *, days: int | None = None) -> datetime | None:
    """Until when a member of the staff may do without a second factor; None: nothing is asked.

    `days` is a policy that is not saved yet.
    """
    if not _held_roles(person, site) or _has_second_factor(person):
        return None
    granted = [role.granted_at for role in person.roles.all() if role.site_id == site.pk]
    return min(granted, default=person.date_joined) + (
        _grace(site) if days is None else timedelta(days=days)
    )


def second_factor_overdue(person: User, site: Site) -> bool:
    deadline = second_factor_deadline(person, site)
    return deadline is not None and deadline <= timezone.now()


def _held_roles(person: User, site: Site) -> frozenset[str]:
    # A page asks a dozen times, always for the same account: like Django's own permissions, roles
    # are read once for each loaded user.
    prefetch_related_objects([person], "roles")
    held = {role.name for role in person.roles.all() if role.site_id == site.pk}
    if person.is_superuser:
        held.add(Role.Name.ADMINISTRATOR.value)
    return frozenset(held)


def _has_second_factor(person: User) -> bool:
    prefetch_related_objects([person], "authenticator_set")
    # The types of allauth's models name no way back.
    return bool(person.authenticator_set.all())  # type: ignore[attr-defined]


def forget_roles(person: User) -> None:
    """Read the roles of a loaded user again when they are next asked for."""
    prefetched: dict[str, object] = getattr(person, "_prefetched_objects_cache", {})
    prefetched.pop("roles", None)


def _grace(site: Site) -> timedelta:
    try:
        policy = site.staff_policy
    except StaffPolicy.DoesNotExist:
        policy = StaffPolicy(site=site)
    return timedelta(days=policy.second_factor_days)


def can(person: Person, permission: Permission, site: Site) -> bool:
    if _is_beyond_token(person, permission, site):
        return False
    if _READER in PERMISSIONS[permission]:
        # Without a query: a reader's permission depends on no role.
        return isinstance(person, User) and person.is_active
    return not PERMISSIONS[permission].isdisjoint(roles_of(person, site))


def _is_beyond_token(person: Person, permission: Permission, site: Site) -> bool:
    """Return whether the request came with a token that does not carry the permission.

    A token lies open to every script of the page that holds it. So it acts for a reader of the
    publication whose page that is, even if an editor signed in there.
    """
    if not isinstance(person, User) or not person.widget_origin:
        return False
    return person.widget_origin not in site.origins or _READER not in PERMISSIONS[permission]


def permissions_of(person: Person, site: Site) -> frozenset[Permission]:
    """All that a person may do: a page that asks about several reads the roles once."""
    roles = roles_of(person, site)
    return frozenset(one for one, holders in PERMISSIONS.items() if not holders.isdisjoint(roles))


def holders_of(permission: Permission, site: Site) -> frozenset[int]:
    """Return the ids of those whose role carries the permission, also while the role rests."""
    roles = Role.objects.filter(site=site, name__in=PERMISSIONS[permission])
    return frozenset(roles.values_list("user_id", flat=True))


def can_open_administration(person: Person, site: Site) -> bool:
    """The configuration screens: staff accounts with their second factor in order."""
    return isinstance(person, User) and person.is_staff and can(person, Permission.ADMINISTER, site)


def require(person: Person, permission: Permission, site: Site) -> User:
    """The person, if permitted; else `SignInRequired`, `SecondFactorRequired` or `NotPermitted`."""
    if isinstance(person, AnonymousUser):
        raise SignInRequired
    if can(person, permission, site):
        if permission in _UNDER_A_NAME and person.is_unnamed:
            raise NameRequired
        return person
    if _is_beyond_token(person, permission, site):
        raise NotPermitted
    if not PERMISSIONS[permission].isdisjoint(_held_roles(person, site)) and person.is_active:
        raise SecondFactorRequired
    raise NotPermitted


def require_person(person: Person) -> User:
    """Return the person, for what is theirs in every publication; else `SignInRequired`."""
    if isinstance(person, AnonymousUser):
        raise SignInRequired
    return person


def require_superuser(person: Person) -> User:
    """Return the person, for what concerns the whole installation; else `NotPermitted`."""
    user = require_person(person)
    if not (user.is_superuser and user.is_active) or user.widget_origin:
        raise NotPermitted
    return user


@dataclass(frozen=True, slots=True)
class FreshProof:
    """Shows that the owner of the account has proved a moment ago who they are.

    `accounts.web.proof` alone makes one. An action that takes it cannot be called by a page that
    forgot to ask.
    """

    user_id: int


def require_proof(user: User, proof: FreshProof) -> None:
    if proof.user_id != user.pk:
        raise NotPermitted


@dataclass(frozen=True, slots=True)
class ActiveSanction:
    """`message` is what the editors chose to tell the person; `ends_at` None: no end is set."""

    id: int
    kind: Sanction.Kind
    message: str
    ends_at: datetime | None


_EXCLUDED = frozenset({Permission.COMMENT, Permission.REPORT, Permission.APPLY})
# The mildest first.
FORBIDDEN: Mapping[Sanction.Kind, frozenset[Permission]] = {
    Sanction.Kind.WARNING: frozenset(),
    Sanction.Kind.PREMODERATION: frozenset(),
    Sanction.Kind.MUTE: frozenset({Permission.COMMENT}),
    Sanction.Kind.SUSPENSION: _EXCLUDED,
    Sanction.Kind.BAN: _EXCLUDED,
}
_SEVERITY = list(FORBIDDEN)


@dataclass(frozen=True, slots=True)
class AccessContext:
    """A person's roles on one site, and the sanctions against them, the strictest first."""

    roles: frozenset[str]
    sanctions: tuple[ActiveSanction, ...]


# One statement, because every post waits for it. A sanction is against a person, against an e-mail
# domain with its subdomains (of the login or of another confirmed e-mail address of theirs), or
# against a range of IP addresses. The last row only tells that the person has a role somewhere.
ACCESS = """
    SELECT id, kind, message, ends_at
      FROM accounts_sanction
     WHERE site_id = %(site)s AND status = 'active' AND (ends_at IS NULL OR ends_at > %(now)s)
       AND (user_id = %(user)s
            OR email_domain = ANY (%(domains)s::text[])
            OR email_domain <> '' AND EXISTS (
                SELECT FROM account_emailaddress e
                 WHERE e.user_id = %(user)s AND e.verified
                   AND right('.' || split_part(lower(e.email), '@', 2), length(email_domain) + 1)
                       = '.' || email_domain)
            OR %(ip)s::inet BETWEEN first_ip AND last_ip)
     UNION ALL
    SELECT NULL, '', '', NULL
     WHERE EXISTS (SELECT FROM accounts_role WHERE user_id = %(user)s)
"""


def access_values(user: User, site: Site, now: datetime, ip: str = "") -> Mapping[str, Any]:
    """Return the parameters of `ACCESS`."""
    return {
        "user": user.pk,
        "site": site.pk,
        "now": now,
        "domains": with_parents(domain_of(user.email)),
        "ip": ip or None,
    }


def access_context(user: User, site: Site, now: datetime, ip: str = "") -> AccessContext:
    """Load what decides a request of `user` from `ip`: one statement, more only for the staff."""
    return access_from(rows(ACCESS, access_values(user, site, now, ip)), user, site)


def access_from(access_rows: Iterable[Sequence[Any]], user: User, site: Site) -> AccessContext:
    """Make it of the rows that `ACCESS` gives."""
    access_rows = list(access_rows)
    active = [
        ActiveSanction(pk, Sanction.Kind(kind), message, ends_at)
        for pk, kind, message, ends_at in access_rows
        if pk is not None
    ]
    is_staff = user.is_superuser or any(pk is None for pk, *_rest in access_rows)
    plain = frozenset({_READER}) if user.is_active else frozenset[str]()
    return AccessContext(
        roles=roles_of(user, site) if is_staff else plain,
        sanctions=tuple(
            sorted(active, key=lambda sanction: _SEVERITY.index(sanction.kind), reverse=True)
        ),
    )


def active_sanctions(
    user: User, site: Site, now: datetime, ip: str = ""
) -> Sequence[ActiveSanction]:
    """The sanctions that apply to a person who comes from `ip`, the strictest first."""
    return access_context(user, site, now, ip).sanctions


class UnderSanction(NotPermitted):
    """`extra`: `kind`, and `until` where an end is set."""

    code = "under_sanction"
    title = _("The editors have imposed a sanction on your account")


def require_no_sanction(permission: Permission, sanctions: Sequence[ActiveSanction]) -> None:
    """Raises `UnderSanction`, with what the person may know, if a sanction forbids it."""
    for sanction in sanctions:
        if permission in FORBIDDEN[sanction.kind]:
            until = {"until": sanction.ends_at.isoformat()} if sanction.ends_at else {}
            message = f"{_decision(sanction.ends_at)} {sanction.message}".strip()
            raise UnderSanction(message, extra={"kind": str(sanction.kind)} | until)


def require_unsanctioned(user: User, permission: Permission, site: Site, ip: str = "") -> None:
    """Raise `UnderSanction` if a sanction forbids this to the user, or to everyone at `ip`.

    For the actions themselves: an action has several doors, and a page or a view may forget it.
    """
    require_no_sanction(permission, active_sanctions(user, site, timezone.now(), ip))


def _decision(ends_at: datetime | None) -> str:
    if ends_at is None:
        return gettext("By the editors' decision you may not do this.")
    sentence = gettext("By the editors' decision you may not do this until %(date)s.")
    return sentence % {"date": moment(ends_at)}


def access_sanction(actor: Person, sanction_id: int) -> Sanction:
    sanction = Sanction.objects.select_related("site", "user").filter(pk=sanction_id).first()
    if sanction is None:
        raise NotFound
    require(actor, Permission.MODERATE, sanction.site)
    return sanction


def access_consent_text(text_id: int) -> ConsentText:
    """A published one: anybody may read it."""
    text = ConsentText.objects.filter(pk=text_id, published_at__isnull=False).first()
    if text is None:
        raise NotFound
    return text


def access_session(person: Person, session_id: int) -> UserSession:
    """Load the person's own session."""
    session = UserSession.objects.filter(pk=session_id, user_id=person.pk).first()
    if session is None:
        raise NotFound
    return session


def access_export(person: Person, export_id: int) -> DataExport:
    """Load the person's own export while it can be downloaded."""
    ready = DataExport.objects.filter(expires_at__gt=timezone.now())
    export = ready.filter(pk=export_id).first()
    if export is None or export.user != person:
        raise NotFound
    return export


def access_role(actor: Person, role_id: int) -> Role:
    role = Role.objects.select_related("site", "user").filter(pk=role_id).first()
    if role is None:
        raise NotFound
    require(actor, Permission.ADMINISTER, role.site)
    return role


def find_person(email: str) -> User | None:
    """Find the account whose owner has confirmed the address.

    For administrators' forms only: to anyone else it would tell who is registered.
    """
    address = normalise(email).lower()
    confirmed = EmailAddress.objects.filter(email=address, verified=True, user__email=address)
    email_address = confirmed.filter(user__is_active=True).select_related("user").first()
    return email_address.user if email_address else None


def registered_only(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Opens a page to registered people; others sign in or register and come back to it."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        require(request.user, Permission.READ_REGISTERED, request.site)
        return view(request, *args, **kwargs)

    return guarded
