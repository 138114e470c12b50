"""A publication with something of everything, for tests that walk all URLs."""

import pytest
from django.test import Client

from accounts.actions import Subject, grant_role, impose_sanction, register_person
from accounts.models import Role, Sanction
from certificates.models import Application, Certificate
from certificates.programmes import install_default_programmes
from comments.actions import (
    Decision,
    Sender,
    decide,
    install_default_rules,
    make_appeal,
    post_comment,
    send_complaint,
    start_dry_run,
)
from comments.models import CommentSettings, EmailSettings
from comments.permissions import find_thread
from comments.states import DecisionKind
from tests.support.answers import ANSWERS
from webhooks.actions import add_endpoint


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
