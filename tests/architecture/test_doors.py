"""Every URL against the table of doors: each has one, and sanctions and proofs are as it says.

The table is `config/doors.py`; a new URL without a door fails here. The matrices of each app say
what its URLs answer to whom.
"""

import re
import time
import uuid
from dataclasses import dataclass

import jwt
import pytest
from django.conf import settings
from django.contrib import admin
from django.core.cache import cache
from django.test import Client
from django.utils.module_loading import import_string

from accounts.actions import Subject, install_default_consents
from accounts.doors import door_of
from accounts.models import ConsentText, LinkedPerson, Role, Sanction, SignOnKey
from accounts.permissions import FORBIDDEN
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
from tests.support.answers import ANSWERS
from tests.support.people import new_person, prove
from tests.support.roles import every_route
from tests.support.sanctions import impose_for_a_day
from tests.support.undoing import same_visitor, undone
from tests.support.url_walk import view_of
from webhooks.actions import send_test
from webhooks.models import Endpoint

pytestmark = pytest.mark.django_db
DOORS = import_string(settings.DOORS)
HOME = "https://news.example"
SECRET = "a shared secret of more than thirty-two bytes"
READER = "reader"


@dataclass(frozen=True, slots=True)
class Url:
    """One method of one route; `names` are its parameters."""

    route: str
    method: str
    names: tuple[str, ...]


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


def test_every_url_has_a_door_and_every_door_a_url():
    urls = every_url()
    without = [url for url in urls if door_of(DOORS, url.method, url.route) is None]
    assert without == []
    used = {id(door_of(DOORS, url.method, url.route)) for url in urls}
    optional = {"anymail/*", "identity/*"}
    idle = [door.act for door in DOORS if id(door) not in used and not optional & {*door.routes}]
    assert idle == []


@pytest.fixture
def reader(site, people, there):
    return by_sign_on(site, people[READER])


def test_a_proof_opens_what_asks_for_one(reader, there):
    prove(reader, "pw")
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
            request = getattr(same_visitor(reader), url.method.lower())
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
def test_a_sanction_forbids_the_acts_of_the_table_and_no_others(reader, there, people, site, kind):
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
            request = getattr(same_visitor(reader), url.method.lower())
            answer = request(path_of(url, values_for(url, there)), sent, **kinds)
            is_done = acted() != before
        if url.route.endswith(SHOWING):
            is_done = answer.status_code == 200
        if is_done == bool(forbidden):
            faults.append((url.method, url.route, answer.status_code))
    assert faults == []
    cache.clear()
