"""Every URL against the table of doors: credentials, roles of two publications, sanctions, proofs.

The table is `config/doors.py`; a new URL without a door fails here. The matrices of each app say
more exactly what its URLs answer.
"""

import re
import time
import uuid
from dataclasses import dataclass, field, replace

import jwt
import pytest
from django.conf import settings
from django.contrib import admin
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils.module_loading import import_string

from accounts.actions import Subject, install_default_consents
from accounts.doors import Credential, Who, credentials_at, door_of
from accounts.models import ConsentText, LinkedPerson, Role, Sanction, SignOnKey, User
from accounts.permissions import FORBIDDEN, PERMISSIONS
from certificates.document_templates.actions import create_draft_from
from certificates.form.answers import digest
from certificates.models import Application, Confirmation, Import, Programme
from certificates.states import ImportStatus
from comments.actions import (
    BulkTarget,
    Decision,
    make_bulk_decision,
    post_comment,
    publish_word_list,
)
from comments.models import BulkDecision, Comment, Report, WordListVersion
from comments.page_urls import CommentedPage
from comments.permissions import find_thread
from comments.states import DecisionKind
from comments.web.thread import sign
from core.models import Site
from tests.support.answers import ANSWERS
from tests.support.people import new_person, prove, signed_in
from tests.support.roles import every_route
from tests.support.sanctions import impose_for_a_day
from tests.support.undoing import same_visitor, undone
from tests.support.url_walk import view_of
from webhooks.actions import send_test
from webhooks.models import Endpoint

pytestmark = pytest.mark.django_db
DOORS = import_string(settings.DOORS)
HOME = "https://news.example"
OTHER_HOST = "sosedi.example"
SECRET = "a shared secret of more than thirty-two bytes"
READER = "reader"
# Parameters that name a page, not a thing of a publication.
NOT_OBJECTS = {"app_label", "url", "status", "name"}

# Their tables have what the acts write; others keep sessions and the traces of a sign-in.
OURS = tuple(f"{app}_" for app in ("accounts", "certificates", "comments", "core", "webhooks"))
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


@dataclass(frozen=True, slots=True)
class Visit:
    """`roles` count on the pages of the visited host, `of_objects` for what the URLs name."""

    client: Client
    roles: frozenset[str] = frozenset()
    of_objects: frozenset[str] = frozenset()
    is_owner: bool = False
    is_superuser: bool = False
    credential: Credential = Credential.SESSION
    headers: dict[str, str] = field(default_factory=dict)


def every_url():
    urls = {}
    for route, callback in every_route():
        view, plain = view_of(callback), route.replace("^", "").replace("$", "")
        names = tuple(re.findall(r"<(?:\w+:)?(\w+)>", plain))
        is_class = isinstance(view, type)
        taken = [one for one in ("get", "post", "put", "patch", "delete") if hasattr(view, one)]
        for method in taken if is_class and taken else ("get", "post"):
            urls[Url(plain, method.upper(), names)] = None
    return list(urls)


def path_of(url, values):
    path = re.sub(r"\(\?P(<\w+>)[^()]*\)", r"\1", url.route).replace("\\", "")
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda name: str(values.get(name[1], "1")), path)


def values_for(url, there):
    """Return the values of the parameters, which some routes name alike and mean otherwise."""
    values = dict(there)
    if url.route.startswith("admin/"):
        values |= there["rows"].get("/".join(url.route.split("/")[1:3]), {})
    for begins, others in there["by_route"].items():
        if url.route.startswith(begins):
            values |= others
    return values


def is_expected_in(door, url, visit):
    """Return what the table says of a visit."""
    if door.who in {Who.ANYBODY, Who.LINK_HOLDER}:
        return True
    is_signed_in = bool(visit.roles) and visit.credential in credentials_at(door, url.route)
    if not is_signed_in or door.needs_proof:
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


def is_refused(answer):
    if answer.status_code == 302:
        place = answer["Location"]
        is_entrance = place.startswith(("/accounts/login/", "/admin/login/"))
        # The administration leads to its first page from what it does not find.
        return is_entrance or place == "/admin/" or "reauthenticate" in place
    # An author may rate and report the comments of others only.
    is_own = not answer.streaming and b"own_comment" in answer.content
    return answer.status_code in {401, 403, 404} and not is_own


class Writes:
    """Names the tables of ours that the statements of a request write."""

    def __init__(self):
        self.tables = set()

    def __call__(self, execute, sql, params, many, context):
        found = WRITE.match(sql) if isinstance(sql, str) else None
        if found and found[1].startswith(OURS):
            self.tables.add(found[1])
        return execute(sql, params, many, context)


def fault_of(door, url, visit, answer, tables):
    """Return how an answer differs from the table."""
    is_in = is_expected_in(door, url, visit)
    if answer.status_code >= 500:
        return "an error of the server"
    if is_in:
        is_closed_page = url.route.startswith("admin/") and "login" not in answer.get(
            "Location", ""
        )
        is_absent = answer.status_code == 404 and (
            door.who is Who.LINK_HOLDER
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


def walk(visit, there, urls):
    """Visit every URL, each time in the same state, and return what differs from the table."""
    faults = []
    for url in urls:
        door = door_of(DOORS, url.method, url.route)
        assert door is not None, f"{url} has no door in config/doors.py"
        path = path_of(url, values_for(url, there))
        sent = there["sent"].get(f"{url.method} {url.route}", {})
        is_json = path.startswith(("/api/", "/_allauth/")) and url.method != "GET"
        kind = {"content_type": "application/json"} if is_json else {}
        request = getattr(same_visitor(visit.client), url.method.lower())
        writes = Writes()
        with undone(), connection.execute_wrapper(writes):
            answer = request(path, sent, headers=visit.headers, **kind)
            if answer.streaming:
                # Reading a file to its end closes it.
                list(answer.streaming_content)
        if fault := fault_of(door, url, visit, answer, writes.tables):
            faults.append(f"{fault}: {url.method} {path} → {answer.status_code}")
    return faults


@pytest.fixture
def neighbour(site):
    return Site.objects.create(
        slug="sosedi",
        name_ru="Соседи",
        legal_name_ru="Соседи",
        editor_in_chief_ru="С",
        complaints_email="s@s.example",
        origins=[f"https://{OTHER_HOST}"],
    )


@pytest.fixture
def things(discussed, issued, reported):
    return discussed | issued | reported


@pytest.fixture
def there(site, people, things, settings):
    """One of everything of the first publication; what its reader has there is the reader's."""
    settings.ALLOWED_HOSTS = ["*"]
    type(site).objects.filter(pk=site.pk).update(origins=["http://testserver", HOME])
    reader, administrator = people[READER], people[Role.Name.ADMINISTRATOR]
    others = new_person("second@example.org", "Вторая")
    thread = find_thread(site.slug, "article-1")
    of_others = post_comment(author=others, thread=thread, text="Слово другой")
    bulk_decision = make_bulk_decision(
        site=site,
        decision=Decision(DecisionKind.REMOVE, rule_code="spam"),
        editor=administrator,
        target=BulkTarget(ids=[of_others.pk]),
    )
    BulkDecision.objects.update(status="done")
    publish_word_list(
        site=site,
        name="rude",
        kind=WordListVersion.Kind.SUSPECT,
        entries=["слон"],
        actor=administrator,
    )
    install_default_consents(site=site, actor=None)
    programme = Programme.objects.get(slug="publication")
    draft = create_draft_from(version=programme.template.active, actor=administrator)
    table = Import.objects.create(
        programme=programme,
        form=programme.forms.newest(),
        filename="a.xlsx",
        status=ImportStatus.CHECKED,
        digest="1",
    )
    delivery = send_test(endpoint=Endpoint.objects.get(), actor=administrator)
    sent = Application.objects.exclude(pk=things["application_id"]).get()
    unsent = Application.objects.get(pk=things["application_id"])
    role = Role.objects.get(user=people[Role.Name.REGISTRAR])
    page = CommentedPage("Статья", "http://testserver/article-1/")
    return {
        **things,
        "thread_id": thread.pk,
        "bulk_decision_id": bulk_decision.pk,
        "import_id": table.pk,
        "delivery_id": delivery.pk,
        "role_id": role.pk,
        "template_id": draft.template_id,
        "language": "ru",
        "status": "approved",
        "form": "png",
        "app_label": "accounts",
        "url": "",
        "text_id": ConsentText.objects.latest("pk").pk,
        "name": "rude",
        "rows": rows_of_administration(),
        "by_route": {
            "desk/rulebook/": {"number": 1},
            "desk/words/": {"number": 1},
            "desk/numbers/": {"name": "days"},
            "admin/certificates/template/": {"number": draft.number, "role": "logo"},
            # Decisions and dispatched applications.
            "registrar/applications/": {"application_id": sent.pk},
            "api/v1/comments/<int:comment_id>/rea": {"comment_id": of_others.pk},
            "api/v1/comments/<int:comment_id>/rep": {"comment_id": of_others.pk},
            "threads/comments/<int:comment_id>/report/": {"comment_id": of_others.pk},
            "threads/comments/<int:comment_id>/appeal/": {"comment_id": appealed(reader)},
        },
        "sent": {
            "POST threads/comments/": {"page": sign(thread, page)},
            "GET threads/": {"site": site.slug, "key": "article-1"},
            "GET threads/html/": {"site": site.slug, "key": "article-1"},
            "GET threads/feed/": {"site": site.slug},
            "GET threads/sign-in/": {"site": site.slug, "origin": HOME},
            "POST accounts/email/": {"email": "new@example.org", "action_add": ""},
            **{
                f"POST _allauth/{client}/v1/account/email": {"email": "new@example.org"}
                for client in ("browser", "app")
            },
            "POST accounts/data/erasure/": {"comments": "keep"},
        },
        "acts": {
            "POST threads/comments/": {
                "text": "Слово",
                "page": sign(thread, page),
                "key": uuid.uuid4().hex,
            },
            "POST api/v1/sites/<slug:site>/threads/<path:key>/comments/": {"text": "Слово"},
            "GET api/v1/sites/<slug:site>/threads/<path:key>/people/": {"q": "Вт"},
            "POST api/v1/sites/<slug:site>/comments/preview/": {
                "text": "Слово",
                "thread": "article-1",
            },
            "PUT api/v1/comments/<int:comment_id>/reaction/": {"kind": "up"},
            "POST threads/comments/<int:comment_id>/edit/": {"text": "Иначе"},
            "PATCH api/v1/comments/<int:comment_id>/": {"text": "Иначе"},
            "POST threads/comments/<int:comment_id>/report/": {"rule": "insults"},
            "POST api/v1/comments/<int:comment_id>/reports/": {"rule": "insults"},
            "POST programmes/<slug:slug>/": ANSWERS | {"title": "Третья работа"},
            "POST api/v1/applications/": {"programme": "participation"},
            "POST applications/<int:application_id>/confirmation/": {
                "digest": digest(unsent.answers)
            },
            "POST api/v1/applications/<int:application_id>/confirmation/": {
                "digest": digest(unsent.answers)
            },
            "POST certificates/<str:number>/correction/": {},
            "POST api/v1/certificates/<str:number>/correction/": {},
        },
    }


def appealed(reader):
    return Comment.objects.filter(author=reader, state="removed").latest("pk").pk


def rows_of_administration():
    """Return the id of the first row on each page of the administration."""
    rows = {}
    for model in admin.site._registry:
        row = model._default_manager.first()
        rows[f"{model._meta.app_label}/{model._meta.model_name}"] = {
            "object_id": row.pk if row else 1
        }
    return rows


@pytest.fixture
def visits(site, people, there, neighbour):
    """Return each visitor by name. Every account has the mark that the administration asks for."""
    found = {
        "stranger": Visit(Client()),
        "another reader": Visit(signed_in(User.objects.get(email="second@example.org"))),
    }
    found["another reader"] = Visit(
        found["another reader"].client, frozenset({READER}), frozenset({READER})
    )
    owner = frozenset({READER})
    found[READER] = Visit(by_sign_on(site, people[READER]), owner, owner, is_owner=True)
    for role in Role.Name:
        own = frozenset({READER, role.value})
        person = new_person(f"own-{role}@example.org", f"Своя {role}", role=role, site=site)
        found[f"{role}"] = Visit(signed_in(person), own, own)
        foreign = new_person(f"far-{role}@example.org", f"Чужая {role}", role=role, site=neighbour)
        # The URLs name things of the first publication on this host, too.
        found[f"{role} of another publication"] = Visit(signed_in(foreign), owner, owner)
        at_home = signed_in(foreign)
        found[f"{role} of another publication, at home"] = Visit(
            at_home, own, owner, headers={"Host": OTHER_HOST}
        )
    root = new_person("root@example.org", "Рута")
    User.objects.update(is_staff=True)
    User.objects.filter(pk=root.pk).update(is_superuser=True)
    everything = frozenset({READER, *(role.value for role in Role.Name)})
    found["superuser"] = Visit(signed_in(root), everything, everything, is_superuser=True)
    return found


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
    return browser


# Each costs a visit of every URL. The matrices of the apps ask the other roles.
NAMES = [
    *("stranger", READER, "editor"),
    "administrator of another publication",
    "administrator of another publication, at home",
]
SEE_LIBRARIES = {"stranger", READER}


def test_every_url_has_a_door_and_every_door_a_url():
    urls = every_url()
    without = [url for url in urls if door_of(DOORS, url.method, url.route) is None]
    assert without == []
    used = {id(door_of(DOORS, url.method, url.route)) for url in urls}
    optional = {"anymail/*", "identity/*"}
    idle = [door.act for door in DOORS if id(door) not in used and not optional & {*door.routes}]
    assert idle == []


@pytest.mark.parametrize("name", NAMES)
def test_each_person_is_let_in_where_the_table_says(visits, there, name):
    skipped = ("anymail/",) if name in SEE_LIBRARIES else OF_LIBRARIES
    urls = [url for url in every_url() if not url.route.startswith(skipped)]
    faults = walk(visits[name], there, urls)
    assert faults == [], "\n".join(faults)


def test_the_token_of_a_session_opens_the_api_alone(visits, there):
    """An administrator's, who may do everything."""
    own = visits["administrator"]
    token = own.client.session.session_key
    headers = {"X-Session-Token": token}
    visit = replace(own, client=Client(), credential=Credential.HEADER, headers=headers)
    urls = [url for url in every_url() if not url.route.startswith(("anymail/", "admin/"))]
    faults = walk(visit, there, urls)
    assert faults == [], "\n".join(faults)


def test_the_token_of_the_widget_opens_what_readers_do_alone(visits, there):
    """A superuser's, who signed in on a page of the publication."""
    own = visits["superuser"]
    page = own.client.get("/threads/sign-in/", {"site": "vesti", "origin": HOME}).content.decode()
    token = re.search(r'data-token="([^"]+)"', page)[1]
    headers = {"Origin": HOME, "Authorization": f"Widget {token}"}
    visit = replace(own, client=Client(), credential=Credential.WIDGET, headers=headers)
    urls = [url for url in every_url() if not url.route.startswith(("anymail/", "admin/"))]
    faults = walk(visit, there, urls)
    assert faults == [], "\n".join(faults)


def test_a_proof_opens_what_asks_for_one(visits, there):
    reader = visits[READER]
    prove(reader.client, "pw")
    doors = [url for url in every_url() if door_of(DOORS, url.method, url.route).needs_proof]
    assert len(doors) > 10
    for url in doors:
        # An app names its session in a header.
        if url.route.startswith("_allauth/app/"):
            continue
        sent = there["sent"].get(f"{url.method} {url.route}", {})
        is_json = url.route.startswith("_allauth/")
        kind = {"content_type": "application/json"} if is_json else {}
        with undone():
            request = getattr(same_visitor(reader.client), url.method.lower())
            answer = request(path_of(url, values_for(url, there)), sent, **kind)
        assert answer.status_code not in {401, 403}, url
        assert "reauthenticate" not in answer.get("Location", ""), url


def acted():
    """Return what the acts that a sanction forbids would change."""
    return (
        list(Comment.objects.order_by("id").values_list("id", "text", "reaction_counts")),
        list(Application.objects.order_by("id").values_list("id", "status", "answers")),
        Confirmation.objects.count(),
        Report.objects.count(),
    )


# They show something, and change nothing.
SHOWING = ("people/", "preview/")


@pytest.mark.parametrize("kind", [None, *Sanction.Kind])
def test_a_sanction_forbids_the_acts_of_the_table_and_no_others(visits, there, people, site, kind):
    reader = visits[READER]
    urls = [url for url in every_url() if door_of(DOORS, url.method, url.route).sanction]
    posted = [url for url in urls if f"{url.method} {url.route}" in there["acts"]]
    takes = {url.route for url in posted}
    assert {url.route for url in urls} == takes
    if kind:
        administrator = people[Role.Name.ADMINISTRATOR]
        subject = Subject.person(people[READER])
        impose_for_a_day(site=site, kind=kind, subject=subject, actor=administrator)
    before, faults = acted(), []
    for url in posted:
        forbidden = kind and door_of(DOORS, url.method, url.route).sanction in FORBIDDEN[kind]
        sent = there["acts"][f"{url.method} {url.route}"]
        is_json = url.route.startswith("api/") and url.method != "GET"
        kinds = {"content_type": "application/json"} if is_json else {}
        with undone():
            request = getattr(same_visitor(reader.client), url.method.lower())
            answer = request(path_of(url, values_for(url, there)), sent, **kinds)
            is_done = acted() != before
        if url.route.endswith(SHOWING):
            is_done = answer.status_code == 200
        if is_done == bool(forbidden):
            faults.append((url.method, url.route, answer.status_code))
    assert faults == []
    cache.clear()
