"""Every URL against the table of doors: credentials, and roles of two publications.

The table is `config/doors.py`; a new URL without a door fails here. Its sanctions and proofs are in
`test_doors_closed.py`. The matrices of each app say more exactly what its URLs answer.
"""

import time
import uuid
from dataclasses import dataclass, field, replace
from datetime import timedelta

import jwt
import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.utils import timezone

from accounts.doors import Credential, door_of
from accounts.models import LinkedPerson, Role, SignOnKey, User
from tests.support.doors import (
    DOORS,
    HOME,
    NOT_OBJECTS,
    OF_LIBRARIES,
    OTHER_HOME,
    OTHER_HOST,
    READER,
    Visit,
    every_url,
    send,
    unrendered,
    walk,
)
from tests.support.people import new_person, proven, signed_in, widget_token
from tests.support.undoing import undone

pytestmark = pytest.mark.django_db
SECRET = "a shared secret of more than thirty-two bytes"
OWNER = frozenset({READER})
EVERYTHING = frozenset({READER, *(role.value for role in Role.Name)})


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person with an account. `is_elsewhere`: their role is one of another publication."""

    role: Role.Name | None = None
    is_elsewhere: bool = False
    # On the host of the other publication. The URLs name things of the first one there, too.
    is_at_home: bool = False
    rests: bool = False
    fields: dict[str, object] = field(default_factory=dict)


VISITORS = {
    **{role.value: Visitor(role) for role in Role.Name},
    **{f"{role} elsewhere": Visitor(role, is_elsewhere=True) for role in Role.Name},
    **{
        f"{role} elsewhere, at home": Visitor(role, is_elsewhere=True, is_at_home=True)
        for role in Role.Name
    },
    "another reader": Visitor(),
    "administrator without the mark": Visitor(Role.Name.ADMINISTRATOR, fields={"is_staff": False}),
    "administrator whose role rests": Visitor(Role.Name.ADMINISTRATOR, rests=True),
    "superuser": Visitor(fields={"is_superuser": True}),
}
# Each group makes its own of everything to find, which costs as much as a visitor or two.
GROUPS = {
    "of the publication": [
        "stranger",
        READER,
        "another reader",
        *(role.value for role in Role.Name),
    ],
    "of another": [name for name in VISITORS if "elsewhere" in name],
    "of the administration": [
        *("administrator without the mark", "administrator whose role rests", "superuser")
    ],
}
# What is open to anybody, and what libraries serve, is open to everybody alike.
SEE_ALL = {"stranger", READER, "superuser"}


@pytest.fixture
def visit_of(site, people, there, neighbour):
    """Return the visit of a person. Every account has the mark that the administration asks for."""

    def visit(name):
        if name == "stranger":
            return Visit(Client())
        if name == READER:
            User.objects.update(is_staff=True)
            return Visit(by_sign_on(site, people[READER]), OWNER, OWNER, is_owner=True)
        visitor = VISITORS[name]
        person = registered(visitor, neighbour if visitor.is_elsewhere else site)
        client = signed_in(person) if visitor.rests else browser_of(person)
        if person.is_superuser:
            return Visit(client, EVERYTHING, EVERYTHING, is_superuser=True)
        roles = OWNER if visitor.rests else OWNER | {*filter(None, [visitor.role])}
        return Visit(
            client,
            roles if visitor.is_at_home or not visitor.is_elsewhere else OWNER,
            OWNER if visitor.is_elsewhere else roles,
            has_mark=person.is_staff,
            headers={"Host": OTHER_HOST} if visitor.is_at_home else {},
        )

    return visit


def registered(visitor, site):
    person = new_person("who@example.org", "Иная", role=visitor.role, site=site)
    # New enough that no second proof of identity is due yet.
    fields = {"is_staff": True, "date_joined": timezone.now()} | visitor.fields
    User.objects.filter(pk=person.pk).update(**fields)
    if visitor.rests:
        long_ago = timezone.now() - timedelta(days=100)
        Role.objects.filter(user=person).update(granted_at=long_ago)
    return User.objects.get(pk=person.pk)


def browser_of(person):
    """Return a browser of a person who has a second step, and proved it a while ago."""
    TOTP.activate(person, generate_totp_secret())
    RecoveryCodes.activate(person)
    client = signed_in(person)
    proven(client, person, seconds_ago=301)
    return client


def by_sign_on(site, person):
    """Return a browser of a person who came from an existing site by its signed token."""
    key = SignOnKey.objects.create(site=site, label="Портал", algorithm="HS256", key=SECRET)
    LinkedPerson.objects.create(key=key, subject="17", user=person)
    now = int(time.time())
    claims = {
        "aud": f"otklik:{site.slug}",
        "sub": "17",
        "email": person.email,
        "name": "М",
        "iat": now,
        "exp": now + 60,
        "jti": uuid.uuid4().hex,
    }
    token = jwt.encode(claims, SECRET, "HS256", headers={"kid": str(key.pk)})
    browser = Client()
    browser.post("/accounts/sign-on/", {"token": token})
    TOTP.activate(person, generate_totp_secret())
    RecoveryCodes.activate(person)
    proven(browser, person, seconds_ago=301)
    return browser


def by_header(visit):
    """Return the same visit with the key of its session in a header."""
    headers = {**visit.headers, "X-Session-Token": visit.client.session.session_key}
    return replace(visit, client=Client(), credential=Credential.HEADER, headers=headers)


def by_widget(visit, *, site="vesti", origin=HOME, **changes):
    """Return the same visit with a token of the widget, from a page of the publication."""
    token = widget_token(visit.client, site=site, origin=origin)
    headers = {**visit.headers, "Origin": origin, "Authorization": f"Widget {token}"}
    credential = Credential.WIDGET
    return replace(visit, client=Client(), credential=credential, headers=headers, **changes)


def urls_for(visitor):
    # Reports of mail providers need their keys: tests/certificates/delivery/test_bounces.py.
    urls = [url for url in every_url() if not url.route.startswith("anymail/")]
    if visitor in SEE_ALL:
        return urls
    return [url for url in urls if not (url.is_open or url.route.startswith(OF_LIBRARIES))]


def of_api(visitor):
    return [url for url in urls_for(visitor) if url.route.startswith("api/v1/")]


def test_every_url_has_a_door_and_every_door_a_url():
    urls = every_url()
    without = [url for url in urls if door_of(DOORS, url.method, url.route) is None]
    assert without == []
    used = {id(url.door) for url in urls}
    optional = {"anymail/*", "identity/*"}
    idle = [door.act for door in DOORS if id(door) not in used and not optional & {*door.routes}]
    assert idle == []


@pytest.mark.parametrize("group", GROUPS)
def test_each_person_is_let_in_where_the_table_says(visit_of, there, group):
    faults = {}
    for visitor in GROUPS[group]:
        with undone(), unrendered():
            visit = visit_of(visitor)
            faults[f"{visitor}, by the cookie"] = walk(visit, there, urls_for(visitor))
            if visit.roles:
                # Pages ignore the header for every sender.
                urls = urls_for(visitor) if visitor == "superuser" else of_api(visitor)
                faults[f"{visitor}, by the header"] = walk(by_header(visit), there, urls)
    assert not any(faults.values()), readable(faults)


@pytest.mark.parametrize("visitor", [READER, "superuser"])
def test_the_token_of_the_widget_opens_what_readers_do_alone(visit_of, there, visitor):
    visit = visit_of(visitor)
    faults = {}
    with undone():
        token = by_widget(visit)
        with unrendered():
            faults["on its page"] = walk(token, there, urls_for(visitor))
    with undone():
        # On a page of another publication, the token's owner has no role in this one.
        nobody = {"roles": frozenset({"nobody"}), "of_objects": frozenset(), "is_owner": False}
        token = by_widget(visit, site="sosedi", origin=OTHER_HOME, **nobody)
        with unrendered():
            faults["on the page of another publication"] = walk(token, there, of_api(visitor))
    assert not any(faults.values()), readable(faults)


def readable(faults):
    return "\n".join(f"{who}: {fault}" for who, found in faults.items() for fault in found)


def test_a_publication_shows_nothing_of_another(visit_of, there):
    """Lists, searches and numbers on one host, and every page of its administration."""
    administrator = visit_of("administrator elsewhere, at home")
    urls = [
        url
        for url in urls_for("administrator")
        if url.method == "GET" and not {*url.names} - NOT_OBJECTS
    ]
    assert len(urls) > 40
    faults = []
    for url in urls:
        page = send(administrator, url, there, {}).content.decode(errors="replace")
        faults += [f"{url} shows {mark}" for mark in there["marks"] if mark in page]
    assert faults == []
