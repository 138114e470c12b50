"""The publication under load: its threads and its people, written before anything is killed."""

import uuid
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.conf import settings

from accounts.actions import (
    ConsentSource,
    Subject,
    answer_consents,
    current_texts,
    impose_sanction,
)
from accounts.models import Sanction, User
from certificates.models import Programme
from comments import widget_tokens
from comments.models import CommentSettings, RulebookVersion, Thread
from comments.states import Mode
from core.models import Site
from demo import publication
from demo.people import EDITOR, REGISTRAR
from tests.support.people import new_person, signed_in

POSTERS = 3


@dataclass(frozen=True, slots=True)
class Person:
    """A person with an account, signed in by a cookie and by the token of a page's widget."""

    id: int
    email: str
    cookies: dict[str, str]
    widget: dict[str, str]


@dataclass(frozen=True, slots=True)
class Scenery:
    site: str
    # Where a comment appears at once, and where an editor reads it first.
    threads: tuple[str, ...]
    members_only: str
    posters: tuple[Person, ...]
    editor: Person
    registrar: Person
    banned: Person
    # A rule by which an editor rejects.
    rule: str
    # The programme that people apply to, by its id.
    programme: int


def set_up():
    publication.load()
    site = Site.objects.get()
    # The people here write faster than people do.
    CommentSettings.objects.update_or_create(site=site, defaults={"rates": []})
    threads = [_thread(site, "soak-open"), _thread(site, "soak-held", mode=Mode.PREMODERATED)]
    banned = _new_reader(site)
    editor = User.objects.get(email=EDITOR.email)
    impose_sanction(
        site=site,
        kind=Sanction.Kind.BAN,
        subject=Subject.person(banned),
        rule_label="",
        actor=editor,
    )
    return Scenery(
        site=site.slug,
        threads=tuple(thread.key for thread in threads),
        members_only=_thread(site, "soak-members", registered_only=True).key,
        posters=tuple(_person(_new_reader(site)) for _ in range(POSTERS)),
        editor=_person(editor),
        registrar=_person(User.objects.get(email=REGISTRAR.email)),
        banned=_person(banned),
        rule=RulebookVersion.objects.current(site).rules.first().code,
        programme=Programme.objects.get(slug="publication").pk,
    )


def new_applicants(count):
    """Write accounts whose owners will sign in by a code; return their addresses."""
    site = Site.objects.get()
    return [_new_reader(site).email for _ in range(count)]


def _thread(site, key, **options):
    return Thread.objects.create(site=site, key=key, title=key, url=_url(key), **options)


def _url(key):
    return f"{settings.BASE_URL}/articles/{key}/"


def _new_reader(site):
    mark = uuid.uuid4().hex[:10]
    # Without a password, because hashing one takes long.
    reader = new_person(f"{mark}@example.org", f"Читатель {mark}", password=None)
    given = current_texts(site)
    answer_consents(user=reader, given=given, refused=(), source=ConsentSource("test"))
    return reader


def _person(user):
    key = signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
    session = UserSession.objects.create(user=user, ip="127.0.0.1", session_key=key)
    token = widget_tokens._token(session, user, settings.BASE_URL)
    return Person(
        user.pk,
        user.email,
        cookies={settings.SESSION_COOKIE_NAME: key},
        widget={"Authorization": f"Widget {token}", "Origin": settings.BASE_URL},
    )
