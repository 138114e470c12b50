"""Visits of every URL, by one method each, and what of the table of doors they show."""

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.db import connection
from django.template.backends.django import Template
from django.test import Client
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString
from django.views.generic import RedirectView

from accounts.doors import Credential, Door, Who, credentials_at, door_of
from accounts.permissions import PERMISSIONS
from tests.support.roles import every_route
from tests.support.undoing import same_visitor, undone
from tests.support.url_walk import view_of

DOORS = import_string(settings.DOORS)
READER = "reader"
# Where the two publications have their pages.
HOME, OTHER_HOME = "https://news.example", "https://sosedi.example"
OTHER_HOST = "sosedi.example"
# Parameters that name a page, not a thing of a publication.
NOT_OBJECTS = {"app_label", "url", "status", "name"}

# Their tables have what the acts write; others keep sessions and the traces of a sign-in.
OURS = (
    *(f"{app}_" for app in ("accounts", "certificates", "comments", "core", "webhooks")),
    *("account_emailaddress", "mfa_", "socialaccount_", "allauth_idp_oidc_client"),
)
WRITE = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM) \"?(\w+)")
# Nothing was carried out: a form with faults, or a method that the URL does not take.
NOT_TAKEN = {400, 405, 409, 415, 422}
# The pages of the sign-in lead those away for whom there is nothing to do.
LEADING_AWAY = ("accounts/", "_allauth/", "identity/", "admin/login/", "admin/logout/")
# Libraries serve these to everybody alike, so two visits show that.
OF_LIBRARIES = ("_allauth/", "api/schema/", "api/docs/", "identity/", ".well-known/", "anymail/")
# The database has nothing to find there.
NOTHING_THERE = (
    "registrar/imports/<int:import_id>/",
    "render-check/<int:position>.png",
    "certificates/<str:number>/archive/",
    "v/<str:code>/archive/",
    "applications/<int:application_id>/confirmed.json",
    "applications/<int:application_id>/files/",
    "answers/<str:question>/file/",
    "accounts/data/export/<int:export_id>/",
    "accounts/consents/<int:text_id>/",
    "accounts/sessions/<int:session_id>/end/",
    "desk/rulebook/draft/",
    "moderation/rulebook/",
    "demo/mail/",
    "articles/",
    "certificates/claim/",
)


@dataclass(frozen=True, slots=True)
class Url:
    """One method of one route; `names` are its parameters."""

    route: str
    method: str
    names: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        return self.door.who in {Who.ANYBODY, Who.LINK_HOLDER}

    @property
    def door(self) -> Door:
        door = _door_of(self.method, self.route)
        assert door is not None, f"{self} has no door in config/doors.py"
        return door

    def __str__(self) -> str:
        return f"{self.method} {self.route}"


@cache
def _door_of(method: str, route: str) -> Door | None:
    return door_of(DOORS, method, route)


@dataclass(frozen=True, slots=True)
class Visit:
    """`roles` count on the pages of the visited host, `of_objects` for what the URLs name."""

    client: Client
    roles: frozenset[str] = frozenset()
    of_objects: frozenset[str] = frozenset()
    is_owner: bool = False
    is_superuser: bool = False
    # “May open the administration pages”, which the administration requires besides the role.
    has_mark: bool = True
    credential: Credential = Credential.SESSION
    headers: Mapping[str, str] = field(default_factory=dict)


@cache
def every_url() -> list[Url]:
    urls = {}
    for route, callback in every_route():
        view, plain = view_of(callback), route.replace("^", "").replace("$", "")
        names = tuple(re.findall(r"<(?:\w+:)?(\w+)>", plain))
        is_class = isinstance(view, type)
        taken = [one for one in ("get", "post", "put", "patch", "delete") if hasattr(view, one)]
        if view is RedirectView:
            # It leads on by every method alike.
            taken = ["get"]
        for method in taken if is_class and taken else ("get", "post"):
            urls[Url(plain, method.upper(), names)] = None
    return list(urls)


def path_of(url: Url, values: Mapping[str, Any]) -> str:
    path = re.sub(r"\(\?P(<\w+>)[^()]*\)", r"\1", url.route).replace("\\", "")
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda name: str(values.get(name[1], "1")), path)


def values_for(url: Url, there: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of the parameters, which some routes name alike and mean otherwise."""
    values = dict(there)
    if url.route.startswith("admin/"):
        values |= there["rows"].get("/".join(url.route.split("/")[1:3]), {})
    for begins, others in there["by_route"].items():
        if url.route.startswith(begins):
            values |= others
    return values


def send(visit: Visit, url: Url, there: Mapping[str, Any], data: Mapping[str, Any]) -> Any:
    """Visit a URL with the client's cookies, without changing them."""
    is_json = url.route.startswith(("api/", "_allauth/")) and url.method != "GET"
    kind = {"content_type": "application/json"} if is_json else {}
    request = getattr(same_visitor(visit.client), url.method.lower())
    answer = request(path_of(url, values_for(url, there)), data, headers=visit.headers, **kind)
    if answer.streaming:
        # Reading a file to its end closes it.
        list(answer.streaming_content)
    return answer


@contextmanager
def unrendered() -> Iterator[None]:
    """Answer with empty pages and log nothing, where the statuses alone count.

    Rendering takes most of the time of a page, and a line of the log as long as a small query.
    """
    logging.disable(logging.CRITICAL)
    try:
        with patch.object(Template, "render", lambda *_args, **_kwargs: SafeString("")):
            yield
    finally:
        logging.disable(logging.NOTSET)


class Writes:
    """Names the tables of ours that the statements of a request write."""

    def __init__(self) -> None:
        self.tables: set[str] = set()

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        found = WRITE.match(sql) if isinstance(sql, str) else None
        if found and found[1].startswith(OURS):
            self.tables.add(found[1])
        return execute(sql, params, many, context)


@contextmanager
def written() -> Iterator[Writes]:
    """Collect what is written inside, and undo it."""
    writes = Writes()
    with undone(), connection.execute_wrapper(writes):
        yield writes


def walk(visit: Visit, there: Mapping[str, Any], urls: list[Url]) -> list[str]:
    """Visit every URL, each time in the same state, and return what differs from the table."""
    faults = []
    for url in urls:
        with written() as writes:
            answer = send(visit, url, there, there["sent"].get(str(url), {}))
        if fault := fault_of(url, visit, answer, writes.tables):
            faults.append(f"{fault}: {url} → {answer.status_code}")
    return faults


def fault_of(url: Url, visit: Visit, answer: Any, tables: set[str]) -> str | None:
    """Return how an answer differs from the table."""
    is_in = is_expected_in(url, visit)
    if answer.status_code >= 500:
        return "an error of the server"
    if is_in:
        is_closed_page = url.route.startswith("admin/") and "login" not in answer.get(
            "Location", ""
        )
        is_absent = answer.status_code == 404 and (
            url.door.who is Who.LINK_HOLDER
            or "Host" in visit.headers
            or any(part in url.route for part in NOTHING_THERE)
        )
        is_led_away = url.route.startswith(LEADING_AWAY)
        if is_refused(answer) and not (is_closed_page or is_absent or is_led_away):
            return "refused"
        return None
    # Django leads from the number of a row to its page, by every method.
    is_page_led_to = answer.status_code == 302 and (
        url.method == "GET" or answer["Location"].endswith("/change/")
    )
    if not (is_refused(answer) or answer.status_code in NOT_TAKEN or is_page_led_to):
        return "let in"
    return f"wrote {tables}" if tables else None


def is_expected_in(url: Url, visit: Visit) -> bool:
    """Return what the table says of a visit."""
    door = url.door
    if url.is_open:
        return True
    is_signed_in = bool(visit.roles) and visit.credential in credentials_at(door, url.route)
    if not is_signed_in or door.needs_proof:
        return False
    if url.route.startswith("admin/") and not visit.has_mark:
        return False
    roles = visit.of_objects if {*url.names} - NOT_OBJECTS else visit.roles
    by_kind = {
        Who.ACCOUNT: True,
        Who.SUPERUSER: visit.is_superuser,
        Who.OWNER: visit.is_owner,
    }
    if door.who in by_kind:
        return by_kind[door.who]
    if door.owner_too and visit.is_owner:
        return True
    if visit.credential is Credential.WIDGET:
        roles = roles & {READER}
    return not PERMISSIONS[door.who].isdisjoint(roles)


def is_refused(answer: Any) -> bool:
    if answer.status_code == 302:
        place = answer["Location"]
        is_entrance = place.startswith(("/accounts/login/", "/admin/login/"))
        # The administration leads to its first page from what it does not find.
        return is_entrance or place == "/admin/" or "reauthenticate" in place
    # An author may rate and report the comments of others only.
    is_own = not answer.streaming and b"own_comment" in answer.content
    return answer.status_code in {401, 403, 404} and not is_own
