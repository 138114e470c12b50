"""Every endpoint of the API against everybody who may come, as one table."""

import pytest
from django.urls import get_resolver
from rest_framework.test import APIClient

from accounts.actions import grant_role, register_person
from accounts.models import Role, Sanction
from comments.actions import (
    BulkTarget,
    Decision,
    Sender,
    decide,
    make_appeal,
    make_bulk_decision,
    save_draft,
    send_complaint,
    start_dry_run,
)
from comments.house_rules.default_rules import DEFAULT_RULES
from comments.models import (
    Appeal,
    BulkDecision,
    Comment,
    Complaint,
    EmailSettings,
    ModerationEvent,
    Mute,
    NotificationChoice,
    Report,
    RulebookDraft,
    RulebookVersion,
    Thread,
)
from comments.states import DecisionKind
from core.models import Site
from tests.support.undoing import same_visitor, undone

pytestmark = pytest.mark.django_db

EVERYBODY = {"stranger", "reader", "author", "foreign editor", "editor"}
REGISTERED = EVERYBODY - {"stranger"}
THREAD = "sites/vesti/threads/article-1"
RULING = {"action": "remove", "expected_state": "published", "rule": "insults"}
TITLE = {"title": "Новое", "url": "http://testserver/n/"}

# name of the address, method, path, what is sent, who may.
TABLE = [
    ("api-thread-comments", "get", f"{THREAD}/comments/", None, EVERYBODY),
    ("api-thread-comments", "post", f"{THREAD}/comments/", {"text": "Слово"}, REGISTERED),
    ("api-replies", "get", f"{THREAD}/comments/{{comment}}/replies/", None, EVERYBODY),
    ("api-viewer", "get", f"{THREAD}/viewer/", None, EVERYBODY),
    ("api-thread", "get", f"{THREAD}/", None, EVERYBODY),
    ("api-thread", "put", f"{THREAD}/", TITLE, {"editor"}),
    ("api-counts", "get", "sites/vesti/counts/?keys=article-1", None, EVERYBODY),
    ("api-rules", "get", "sites/vesti/rules/", None, EVERYBODY),
    ("api-draft", "get", "moderation/rulebook/draft/", None, {"editor"}),
    ("api-draft", "put", "moderation/rulebook/draft/", {"edition": 1, "rules": []}, {"editor"}),
    ("api-draft", "delete", "moderation/rulebook/draft/?edition=1", None, {"editor"}),
    ("api-publication", "post", "moderation/rulebook/publication/", {"edition": 1}, {"editor"}),
    ("api-comment", "get", "comments/{comment}/", None, EVERYBODY),
    ("api-site", "get", "sites/vesti/", None, EVERYBODY),
    ("api-comment-preview", "post", "sites/vesti/comments/preview/", {"text": "Я"}, REGISTERED),
    ("api-sign-in", "delete", "sites/vesti/sign-in/", None, EVERYBODY),
    ("api-own", "get", "comments/{comment}/own/", None, {"author"}),
    ("api-comment", "patch", "comments/{comment}/", {"text": "Иначе"}, {"author"}),
    ("api-comment", "delete", "comments/{comment}/", None, {"author"}),
    (
        "api-reaction",
        "put",
        "comments/{comment}/reaction/",
        {"kind": "up"},
        REGISTERED - {"author"},
    ),
    ("api-reaction", "delete", "comments/{comment}/reaction/", None, REGISTERED),
    (
        "api-reports",
        "post",
        "comments/{comment}/reports/",
        {"rule": "insults"},
        REGISTERED - {"author"},
    ),
    ("api-appeals", "post", "comments/{removed}/appeals/", {"text": "За что?"}, {"author"}),
    ("api-appeal-queue", "get", "moderation/appeals/", None, {"editor"}),
    (
        "api-appeal-decision",
        "post",
        "moderation/appeals/{appeal}/decision/",
        {"grant": True},
        {"editor"},
    ),
    (
        "api-complaints",
        "post",
        "sites/vesti/complaints/",
        {"text": "В статье ошибка", "email": "who@example.org"},
        EVERYBODY,
    ),
    (
        "api-complaint-check",
        "post",
        "sites/vesti/complaints/check/",
        {"text": "В статье ошибка"},
        EVERYBODY,
    ),
    ("api-complaint-queue", "get", "moderation/complaints/", None, {"editor"}),
    ("api-complaint", "get", "moderation/complaints/{complaint}/", None, {"editor"}),
    (
        "api-complaint-resending",
        "post",
        "moderation/complaints/{complaint}/resending/",
        None,
        {"editor"},
    ),
    (
        "api-author-sanctions",
        "post",
        "moderation/comments/{comment}/sanctions/",
        {"kind": "ban", "rule": "insults"},
        {"editor"},
    ),
    ("api-person-sanctions", "get", "moderation/users/{muted}/sanctions/", None, {"editor"}),
    (
        "api-person-sanctions",
        "post",
        "moderation/users/{muted}/sanctions/",
        {"kind": "ban", "rule": "insults"},
        {"editor"},
    ),
    (
        "api-wide-sanctions",
        "post",
        "moderation/sanctions/",
        {"kind": "ban", "rule": "spam", "email_domain": "spam.example"},
        {"editor"},
    ),
    (
        "api-bulk-decision-preview",
        "post",
        "moderation/bulk-decisions/preview/",
        {"action": "remove", "comments": ["{comment}"]},
        {"editor"},
    ),
    ("api-own-reports", "get", "reports/", None, REGISTERED),
    ("api-people", "get", f"{THREAD}/people/?q=а", None, REGISTERED),
    ("api-notifications", "get", "notifications/", None, REGISTERED),
    ("api-notifications-read", "post", "notifications/read/", {"up_to": 1}, REGISTERED),
    ("api-notification-emails", "get", "notifications/emails/", None, REGISTERED),
    ("api-notification-emails", "put", "notifications/emails/", {"reply": "daily"}, REGISTERED),
    ("api-mutes", "get", "mutes/", None, REGISTERED),
    ("api-mute", "put", "mutes/{muted}/", None, REGISTERED),
    ("api-mute", "delete", "mutes/{muted}/", None, REGISTERED),
    ("api-queue", "get", "moderation/queue/", None, {"editor"}),
    ("api-decisions", "post", "moderation/comments/{comment}/decisions/", RULING, {"editor"}),
    ("api-history", "get", "moderation/comments/{comment}/history/", None, {"editor"}),
    ("api-claim", "put", "moderation/comments/{comment}/claim/", None, {"editor"}),
    ("api-claim", "delete", "moderation/comments/{comment}/claim/", None, {"editor"}),
    (
        "api-bulk-decisions",
        "post",
        "moderation/bulk-decisions/",
        {"action": "remove", "comments": ["{comment}"], "rule": "insults"},
        {"editor"},
    ),
    ("api-bulk-decision", "get", "moderation/bulk-decisions/{bulk_decision}/", None, {"editor"}),
    (
        "api-trial",
        "post",
        "moderation/word-lists/trial/",
        {"entries": ["дурак"], "text": "Дураки"},
        {"editor"},
    ),
    ("api-dry-runs", "post", "moderation/dry-runs/", {"entries": ["дурак"]}, {"editor"}),
    ("api-dry-run", "get", "moderation/dry-runs/{dry_run}/", None, {"editor"}),
    (
        "api-bulk-decision-undo",
        "post",
        "moderation/bulk-decisions/{bulk_decision}/undo/",
        None,
        {"editor"},
    ),
    (
        "api-bulk-decision-resume",
        "post",
        "moderation/bulk-decisions/{bulk_decision}/resume/",
        None,
        {"editor"},
    ),
]


@pytest.fixture
def people(site, reader, other_reader, editor, person):
    foreign = person("foreign@example.org", "Глеб")
    neighbour = Site.objects.create(
        slug="sosedi",
        name_ru="Соседи",
        legal_name_ru="Соседи",
        editor_in_chief_ru="С",
        complaints_email="s@s.example",
    )
    grant_role(user=foreign, site=neighbour, name=Role.Name.EDITOR, actor=None)
    return {"reader": other_reader, "author": reader, "foreign editor": foreign, "editor": editor}


@pytest.fixture
def world(say, site, editor, rulebook):
    """A published comment, and a bulk decision over another that is done."""
    comment, removed = say("Все читают"), say("Снятое")
    bulk_decision = make_bulk_decision(
        site=site,
        decision=Decision(DecisionKind.REMOVE, rule_code="spam"),
        editor=editor,
        target=BulkTarget(ids=[removed.pk]),
    )
    BulkDecision.objects.update(status="done")
    dry_run = start_dry_run(site=site, entries=["дурак"], editor=editor)
    save_draft(site=site, rules=DEFAULT_RULES[1:], actor=editor, edition=0)
    muted = register_person(email="m@example.org", password="p" * 12, display_name="Мирон")
    say("И я здесь", by=muted)
    EmailSettings.objects.create(site=site, appeal_days=14)
    gone, disputed = (_removed(say(text), editor) for text in ("Ушедшее", "Спорное"))
    appeal = make_appeal(comment=disputed, author=disputed.author, text="За что?")
    sender = Sender(disputed.author, "Анна К.", "anna@example.org", "")
    complaint = send_complaint(site=site, text="В статье ошибка", sender=sender)
    return {
        "muted": muted.pk,
        "comment": comment.pk,
        "bulk_decision": bulk_decision.pk,
        "dry_run": dry_run.pk,
        "removed": gone.pk,
        "appeal": appeal.pk,
        "complaint": complaint.pk,
    }


def _removed(comment, editor):
    return decide(
        comment=comment, decision=Decision(DecisionKind.REMOVE, rule_code="insults"), editor=editor
    )


def state_of_things():
    return (
        list(Comment.objects.order_by("id").values_list("id", "text", "state", "reaction_counts")),
        list(Thread.objects.values_list("title", flat=True)),
        list(BulkDecision.objects.values_list("id", "status")),
        list(RulebookDraft.objects.values_list("edition", flat=True)),
        RulebookVersion.objects.count(),
        ModerationEvent.objects.count(),
        Report.objects.count(),
        NotificationChoice.objects.count(),
        Mute.objects.count(),
        list(Appeal.objects.values_list("id", "status")),
        Complaint.objects.count(),
        Sanction.objects.count(),
    )


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_only_those_may_who_stand_in_the_table(world, people, who):
    client = APIClient()
    if who in people:
        client.force_login(people[who])
    before = state_of_things()
    for name, method, path, sent, allowed in TABLE:
        data = sent | {"comments": [world["comment"]]} if sent and "comments" in sent else sent
        with undone():
            request = getattr(same_visitor(client), method)
            answer = request(f"/api/v1/{path.format(**world)}", data)
            if who in allowed:
                assert answer.status_code < 300, (name, answer.content)
            else:
                assert answer.json()["code"] in refusals(who), name
                assert state_of_things() == before, name


def refusals(who):
    if who == "stranger":
        return {"sign_in_required"}
    return {"not_permitted", "not_found", "own_comment"}


def test_every_url_is_in_the_table():
    listed = {row[0] for row in TABLE}
    known = set(get_resolver("comments.api.urls").reverse_dict)
    assert listed == {name for name in known if isinstance(name, str)}
