"""Who may do what, as a table."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import wraps
from typing import Concatenate, ParamSpec, TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse

from accounts.models import Role, User
from core.errors import NotPermitted, SignInRequired
from core.models import Site
from core.web.http import HttpRequest

P = ParamSpec("P")
Person: TypeAlias = User | AnonymousUser


class Permission(StrEnum):
    READ_REGISTERED = "read_registered"
    COMMENT = "comment"
    APPLY = "apply"
    MODERATE = "moderate"
    READ_RECORD = "read_record"
    EDIT_RULEBOOK = "edit_rulebook"
    DECIDE_APPLICATIONS = "decide_applications"
    EDIT_PROGRAMMES = "edit_programmes"
    ADMINISTER = "administer"


_READER = "reader"
_EVERY_REGISTERED = frozenset({_READER})
_EDITORS = frozenset({Role.Name.EDITOR.value, Role.Name.ADMINISTRATOR.value})
_REGISTRARS = frozenset({Role.Name.REGISTRAR.value, Role.Name.ADMINISTRATOR.value})
_ADMINISTRATORS = frozenset({Role.Name.ADMINISTRATOR.value})

PERMISSIONS: Mapping[Permission, frozenset[str]] = {
    Permission.READ_REGISTERED: _EVERY_REGISTERED,
    Permission.COMMENT: _EVERY_REGISTERED,
    Permission.APPLY: _EVERY_REGISTERED,
    Permission.MODERATE: _EDITORS,
    Permission.READ_RECORD: _EDITORS,
    Permission.EDIT_RULEBOOK: _EDITORS,
    Permission.DECIDE_APPLICATIONS: _REGISTRARS,
    Permission.EDIT_PROGRAMMES: _REGISTRARS,
    Permission.ADMINISTER: _ADMINISTRATORS,
}


def roles_of(person: Person, site: Site) -> frozenset[str]:
    """The names of a person's roles for one publication; everybody signed in is a reader."""
    if isinstance(person, AnonymousUser) or not person.is_active:
        return frozenset()
    held = {role.name for role in person.roles.all() if role.site_id == site.pk}
    if person.is_superuser:
        held.add(Role.Name.ADMINISTRATOR.value)
    return frozenset({_READER, *held})


def may(person: Person, permission: Permission, site: Site) -> bool:
    return not PERMISSIONS[permission].isdisjoint(roles_of(person, site))


def require(person: Person, permission: Permission, site: Site) -> User:
    """The person, if permitted; else `SignInRequired` or `NotPermitted`."""
    if isinstance(person, AnonymousUser):
        raise SignInRequired
    if not may(person, permission, site):
        raise NotPermitted
    return person


def registered_only(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Opens a page to registered people; others sign in or register and come back to it."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        require(request.user, Permission.READ_REGISTERED, request.site)
        return view(request, *args, **kwargs)

    return guarded
