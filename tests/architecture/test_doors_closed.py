"""The sanctions and the fresh proofs of the table of doors, at each door of each act."""

from datetime import timedelta
from itertools import product

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from accounts.actions import Subject
from accounts.doors import Credential, credentials_at
from accounts.models import DataExport, Role, Sanction, User
from accounts.permissions import FORBIDDEN
from certificates.models import Application, Confirmation
from comments.models import Comment, Report
from tests.support.doors import (
    HOME,
    NOT_TAKEN,
    READER,
    Visit,
    every_url,
    is_refused,
    send,
    unrendered,
    written,
)
from tests.support.people import proven, signed_in, widget_token
from tests.support.sanctions import impose_for_a_day
from tests.support.undoing import undone

pytestmark = pytest.mark.django_db
# They show something, and change nothing.
SHOWING = ("people/", "preview/")
SUBJECTS = {
    "person": Subject.person,
    "domain": lambda _person: Subject.domain("example.org"),
    "network": lambda _person: Subject.network("127.0.0.0/24"),
}


@pytest.fixture
def impose(people, site):
    """Impose a sanction on the reader."""

    def act(kind, subject="person"):
        actor = people[Role.Name.ADMINISTRATOR]
        impose_for_a_day(
            site=site, kind=kind, subject=SUBJECTS[subject](people[READER]), actor=actor
        )

    return act


@pytest.fixture
def visit_by(people, there):
    """Return a visit of the reader, whose everything is, by a credential."""

    def visit(credential):
        client = signed_in(people[READER])
        if credential is Credential.SESSION:
            return Visit(client)
        if credential is Credential.HEADER:
            return Visit(Client(), headers={"X-Session-Token": client.session.session_key})
        token = widget_token(client, site="vesti", origin=HOME)
        return Visit(Client(), headers={"Origin": HOME, "Authorization": f"Widget {token}"})

    return visit


def acted():
    """Return what the acts that a sanction forbids would change."""
    return (
        list(Comment.objects.order_by("id").values_list("id", "text", "reaction_counts")),
        list(Application.objects.order_by("id").values_list("id", "status", "answers")),
        Confirmation.objects.count(),
        Report.objects.count(),
        list(User.objects.order_by("id").values_list("id", "display_name")),
    )


def sanctioned_urls():
    return [url for url in every_url() if url.door.sanction]


def test_every_act_that_a_sanction_forbids_is_tried(there):
    tried = {url for url in sanctioned_urls() if str(url) in there["acts"]}
    assert {url.route for url in sanctioned_urls()} == {url.route for url in tried}


@pytest.fixture
def faults_under(visit_by, there):
    """Try each act by each credential, and return where a sanction of a kind was not obeyed."""

    def act(kind, *, by=frozenset(Credential)):
        faults, before = [], acted()
        visits = {credential: visit_by(credential) for credential in by}
        for url in sanctioned_urls():
            if str(url) not in there["acts"]:
                continue
            is_forbidden = kind is not None and url.door.sanction in FORBIDDEN[kind]
            for credential in credentials_at(url.door, url.route) & by:
                with written(), unrendered():
                    answer = send(visits[credential], url, there, there["acts"][str(url)])
                    is_done = acted() != before
                if url.route.endswith(SHOWING):
                    is_done = answer.status_code == 200
                if is_done == is_forbidden:
                    faults.append(f"{url} by {credential} → {answer.status_code}")
        return faults

    return act


def test_a_sanction_forbids_the_acts_of_the_table_and_no_others(faults_under, people, impose, site):
    """For every role of the person, and for sanctions against a domain or a network, too."""
    faults = {}
    for kind in (None, *Sanction.Kind):
        with undone():
            if kind:
                impose(kind)
            faults[kind] = faults_under(kind)
            # The kinds between forbid as much as one of these.
            for role in Role.Name if kind in {None, Sanction.Kind.MUTE, Sanction.Kind.BAN} else ():
                Role.objects.create(user=people[READER], site=site, name=role)
                faults[role, kind] = faults_under(kind, by={Credential.SESSION})
                Role.objects.filter(user=people[READER]).delete()
    for subject, kind in product(("domain", "network"), (Sanction.Kind.MUTE, Sanction.Kind.BAN)):
        with undone():
            impose(kind, subject)
            faults[subject, kind] = faults_under(kind)
    assert not any(faults.values()), faults


def test_a_sanction_of_another_publication_forbids_nothing_but_a_new_name(
    faults_under, people, neighbour
):
    Role.objects.create(
        user=people[Role.Name.ADMINISTRATOR], site=neighbour, name=Role.Name.ADMINISTRATOR
    )
    impose_for_a_day(
        site=neighbour,
        kind=Sanction.Kind.BAN,
        subject=Subject.person(people[READER]),
        actor=User.objects.get(pk=people[Role.Name.ADMINISTRATOR].pk),
    )
    # A name is shown by every publication.
    assert faults_under(None) == ["POST accounts/profile/ by session cookie → 200"]


@pytest.fixture
def export(people, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return DataExport.objects.create(
        user=people[READER],
        file=ContentFile(b"everything", "everything.zip"),
        expires_at=timezone.now() + timedelta(days=1),
    )


def urls_with_proof():
    return [url for url in every_url() if url.door.needs_proof]


def without_a_password(person):
    person.set_unusable_password()
    person.save()


def with_a_second_step(person):
    TOTP.activate(person, generate_totp_secret())
    RecoveryCodes.activate(person)


PEOPLE = {
    "with a password": lambda _person: None,
    "without a password": without_a_password,
    "with a second step": with_a_second_step,
}


def is_of_second_step(url):
    return "2fa/" in url.route or "authenticators/" in url.route


def test_an_act_asks_for_a_proof_of_the_last_minutes(there, people, export):
    urls, faults = urls_with_proof(), []
    assert len(urls) > 20
    reader = people[READER]
    session = UserSession.objects.create(user=reader, ip="192.0.2.1", session_key="elsewhere")
    there = there | {"export_id": export.pk, "session_id": session.pk}
    cases = [(url, one) for url in urls for one in credentials_at(url.door, url.route)]
    for kind, (url, credential), seconds_ago in product(PEOPLE, cases, (None, 301, 1)):
        with written() as writes, unrendered():
            PEOPLE[kind](User.objects.get(pk=people[READER].pk))
            writes.tables.clear()
            visit = visit_after(User.objects.get(pk=people[READER].pk), credential, seconds_ago)
            answer = send(visit, url, there, there["sent"].get(str(url), {}))
        is_asked = is_refused(answer) and answer.status_code != 404
        is_taken = not is_asked and answer.status_code not in NOT_TAKEN
        if is_of_second_step(url) and kind != "with a second step":
            # Where there is no second step, there is nothing to show or to delete.
            is_taken = False
        if is_asked if seconds_ago == 1 else is_taken or bool(writes.tables):
            faults.append(f"{kind}: {url}, proof {seconds_ago} s ago → {answer.status_code}")
    assert faults == [], "\n".join(faults)


def visit_after(person, credential, seconds_ago):
    """Return the visit of a person who has proved who they are so long ago; None: never."""
    client = signed_in(person)
    if seconds_ago is not None:
        proven(client, person, seconds_ago=seconds_ago)
    if credential is Credential.SESSION:
        return Visit(client)
    return Visit(Client(), headers={"X-Session-Token": client.session.session_key})
