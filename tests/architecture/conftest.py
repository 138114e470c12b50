"""A publication with something of everything, for tests that walk all URLs."""

import uuid

import pytest
from django.contrib import admin
from django.test import Client

from accounts.actions import (
    Subject,
    grant_role,
    impose_sanction,
    install_default_consents,
    register_person,
)
from accounts.models import ConsentText, Role, Sanction
from certificates.document_templates.actions import create_draft_from
from certificates.form.answers import digest
from certificates.models import Application, Certificate, Import, Programme
from certificates.programmes import install_default_programmes
from certificates.states import ImportStatus
from comments.actions import (
    BulkTarget,
    Decision,
    Sender,
    decide,
    install_default_rules,
    make_appeal,
    make_bulk_decision,
    post_comment,
    publish_word_list,
    send_complaint,
    start_dry_run,
)
from comments.models import BulkDecision, Comment, CommentSettings, EmailSettings, WordListVersion
from comments.page_urls import CommentedPage
from comments.permissions import find_thread
from comments.states import DecisionKind
from comments.web.thread import sign
from core.models import Site
from tests.support.answers import ANSWERS
from tests.support.doors import HOME, OTHER_HOME, READER
from tests.support.people import PASSWORD, new_person
from webhooks.actions import add_endpoint, send_test
from webhooks.models import Endpoint


@pytest.fixture
def people(site):
    known = {
        name: register_person(email=f"{name}@example.org", password="pw", display_name=shown)
        for name, shown in {
            "reader": "Мария",
            "editor": "Вера",
            "registrar": "Олег",
            "administrator": "Павла",
        }.items()
    }
    for role in (Role.Name.EDITOR, Role.Name.REGISTRAR, Role.Name.ADMINISTRATOR):
        grant_role(user=known[role], site=site, name=role, actor=None)
    return known


@pytest.fixture
def clients(people):
    known = {"stranger": Client(raise_request_exception=False)}
    for name, person in people.items():
        known[name] = Client(raise_request_exception=False)
        known[name].force_login(person)
    return known


@pytest.fixture
def discussed(site, people):
    """Something of the discussion's to find, by the names that addresses give it."""
    reader, editor = people["reader"], people[Role.Name.ADMINISTRATOR]
    install_default_rules(site=site)
    CommentSettings.objects.update(rates=[])
    EmailSettings.objects.create(site=site, appeal_days=14)
    thread = find_thread(site.slug, "article-1")
    comment, removed = (
        post_comment(author=reader, thread=thread, text=text) for text in ("Есть", "Снято")
    )
    decide(
        comment=removed, decision=Decision(DecisionKind.REMOVE, rule_code="insults"), editor=editor
    )
    ban = impose_sanction(
        site=site,
        kind=Sanction.Kind.BAN,
        subject=Subject.domain("other.example"),
        rule_label="",
        actor=editor,
    )
    sender = Sender(None, "", "who@example.org", "192.0.2.1")
    return {
        "comment_id": comment.pk,
        "root_id": comment.pk,
        "appeal_id": make_appeal(comment=removed, author=reader, text="Не согласна").pk,
        "sanction_id": ban.pk,
        "complaint_id": send_complaint(site=site, text="Ошибка в тексте", sender=sender).pk,
        "dry_run_id": start_dry_run(site=site, entries=["кот"], editor=editor).pk,
        "user_id": reader.pk,
        "person_id": editor.pk,
        "site": site.slug,
        "key": "article-1",
    }


@pytest.fixture
def issued(site, clients, deliver, settings, tmp_path):
    settings.MEDIA_ROOT, settings.VAR_DIR = tmp_path / "media", tmp_path
    install_default_programmes(site=site)
    page = clients["reader"]
    page.post("/programmes/publication/", ANSWERS)
    first = Application.objects.get()
    address = f"/applications/{first.pk}/confirmation/"
    page.post(address, {"digest": page.get(address).context["digest"]})
    deliver()
    page.post("/programmes/publication/", ANSWERS | {"title": "Другая работа"})
    certificate = Certificate.objects.get()
    return {
        "application_id": Application.objects.latest("pk").pk,
        "number": certificate.number,
        "code": certificate.code,
        "slug": "publication",
    }


@pytest.fixture
def reported(site, people):
    """A webhook, with nothing that listens to it."""
    endpoint = add_endpoint(
        site=site,
        url="http://127.0.0.1:9/hook/",
        topics=["comment.published"],
        label="Лента",
        actor=people[Role.Name.ADMINISTRATOR],
    )
    return {"endpoint_id": endpoint.pk}


@pytest.fixture
def neighbour(site):
    return Site.objects.create(
        slug="sosedi",
        name_ru="Соседи",
        legal_name_ru="Соседи",
        editor_in_chief_ru="С",
        complaints_email="s@s.example",
        origins=[OTHER_HOME],
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
        # None of this is shown by another publication.
        "marks": (
            *(site.name, reader.email, others.email, "Слово другой", "Ошибка в тексте"),
            *("Лента", things["number"], ANSWERS["title"], table.filename, "слон"),
        ),
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
            "POST accounts/password/set/": {"password1": PASSWORD, "password2": PASSWORD},
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
            "POST accounts/profile/": {"display_name": "Мария Новая", "language": "ru"},
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
