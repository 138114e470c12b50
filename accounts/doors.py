"""The form of the table of doors: who may do what, by which credential. See `config/doors.py`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from accounts.permissions import Permission


class Who(StrEnum):
    """Those who need no role."""

    ANYBODY = "anybody"
    ACCOUNT = "anybody signed in"
    # Of the comment, application or certificate that the URL names.
    OWNER = "its owner"
    SUPERUSER = "a superuser"
    LINK_HOLDER = "anybody with the link"


class Credential(StrEnum):
    SESSION = "session cookie"
    HEADER = "X-Session-Token"
    WIDGET = "token of the widget"


PAGES = frozenset({Credential.SESSION})
API = frozenset({Credential.SESSION, Credential.HEADER})
WIDGET = API | {Credential.WIDGET}


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """An act and the URLs that do it.

    `routes` are those of the URLconf. `GET route` matches one method, and `route*` every route with
    that prefix; the most specific match counts. `sanction` is the permission that a sanction takes
    away. `owner_too`: the owner may act, as well as people with the permission.
    """

    act: str
    who: Who | Permission
    by: frozenset[Credential] = PAGES
    sanction: Permission | None = None
    owner_too: bool = False
    needs_proof: bool = False
    routes: Sequence[str] = field(default_factory=tuple)


def door_of(doors: Sequence[Door], method: str, route: str) -> Door | None:
    """Return the door of a URL: by its method and name, by its name, else by how it begins."""
    by_route: Mapping[str, Door] = {one: door for door in doors for one in door.routes}
    for exact in (f"{method} {route}", route):
        if exact in by_route:
            return by_route[exact]
    prefixes = (one for one in by_route if one.endswith("*") and route.startswith(one[:-1]))
    longest = max(prefixes, key=len, default="")
    return by_route.get(longest)


def credentials_at(door: Door, route: str) -> frozenset[Credential]:
    """Return the credentials that count at one URL of the door: a page takes the cookie alone."""
    if route.startswith("api/v1/"):
        return door.by
    if route.startswith("_allauth/app/"):
        return door.by & {Credential.HEADER}
    return door.by & {Credential.SESSION}
