"""Every page of the desk against everybody who may come, as one table."""

import pytest
from django.urls import get_resolver

from accounts.actions import Subject, grant_role, impose_sanction
from accounts.models import Role, Sanction, User
from comments.actions import (
    BulkTarget,
    Decision,
    Sender,
    decide,
    make_appeal,
    make_bulk_decision,
    publish_word_list,
    save_draft,
    send_complaint,
    start_dry_run,
)
from comments.house_rules.default_rules import DEFAULT_RULES
from comments.models import (
    Appeal,
    BulkDecision,
    Comment,
    ComplaintEvent,
    EmailSettings,
    ModerationEvent,
    RulebookDraft,
    RulebookVersion,
    Thread,
    UserNote,
    WordListVersion,
)
from comments.states import DecisionKind
from tests.support.roles import ROLES
from tests.support.undoing import same_visitor, undone

pytestmark = pytest.mark.django_db

EVERYBODY = (*ROLES, "neighbour")
EDITORS = {"editor", "administrator"}
RULING = {"decision": "remove", "expected": "published", "rule": "insults"}
NO_RULES = {"form-TOTAL_FORMS": "0", "form-INITIAL_FORMS": "0", "edition": "1"}
LIST = {"kind": "suspect", "entries": "тигр"}

# The name of the address, its method, what is sent.
TABLE = [
    ("desk", "get", {}),
    ("desk-pulse", "get", {}),
    ("desk-keys", "post", {}),
    ("desk-comment", "get", {}),
    ("desk-context", "get", {}),
    ("decide", "post", RULING),
    ("undo", "post", {}),
    ("claim", "post", {}),
    ("release", "post", {}),
    ("desk-person", "get", {}),
    ("desk-add-note", "post", {"text": "Пишет под двумя именами"}),
    ("desk-impose-sanction", "post", {"kind": "warning", "rule": "spam"}),
    ("desk-sanctions", "get", {}),
    ("desk-sanctions", "post", {"kind": "ban", "whom": "spam.example", "rule": "spam"}),
    ("desk-lift", "post", {}),
    ("desk-complaints", "get", {}),
    ("desk-complaint", "get", {}),
    ("desk-resend", "post", {}),
    ("desk-appeals", "get", {}),
    ("desk-appeal", "get", {}),
    ("desk-appeal-decision", "post", {"outcome": "granted"}),
    ("desk-bulk", "get", {}),
    ("desk-bulk", "post", {"decision": "remove", "rule": "spam", "comment": "{comment_id}"}),
    ("desk-bulk-decision", "get", {}),
    ("desk-bulk-decision-undo", "post", {}),
    ("desk-bulk-decision-resume", "post", {}),
    ("desk-numbers", "get", {}),
    ("desk-sheet", "get", {}),
    ("desk-threads", "get", {}),
    ("desk-thread", "get", {}),
    ("desk-thread", "post", {"mode": "closed"}),
    ("desk-thread-close", "post", {}),
    ("desk-thread-reopen", "post", {}),
    ("desk-rulebook", "get", {}),
    ("desk-rulebook-draft", "get", {}),
    ("desk-rulebook-draft", "post", NO_RULES),
    ("desk-rulebook-comparison", "get", {}),
    ("desk-rulebook-publish", "post", {"edition": "1"}),
    ("desk-rulebook-discard", "post", {"edition": "1"}),
    ("desk-rulebook-version", "get", {}),
    ("desk-words", "get", {}),
    ("desk-trial", "post", {"entries": "слон", "trial": "слон"}),
    ("desk-words-new", "get", {}),
    ("desk-words-new", "post", LIST | {"name": "cats"}),
    ("desk-word-list", "get", {}),
    ("desk-word-list", "post", LIST),
    ("desk-dry-runs", "post", LIST),
    ("desk-dry-run", "get", {}),
    ("desk-dry-run-resume", "post", {}),
    ("desk-words-version", "get", {}),
]


@pytest.fixture
def people(site, person, reader, editor, neighbour_editor):
    others = {"registrar": Role.Name.REGISTRAR, "administrator": Role.Name.ADMINISTRATOR}
    found = {"reader": reader, "editor": editor, "neighbour": neighbour_editor}
    for role, name in others.items():
        found[role] = person(f"{role}@example.org", {"registrar": "Олег"}.get(role, "Павла"))
        grant_role(user=found[role], site=site, name=name, actor=None)
    return found


@pytest.fixture
def things(say, editor, other_editor, rulebook, reader):
    site = rulebook.site
    comment, removed = say("Все читают"), say("Снятое")
    bulk_decision = make_bulk_decision(
        site=site,
        decision=Decision(DecisionKind.REMOVE, rule_code="spam"),
        editor=editor,
        target=BulkTarget(ids=[removed.pk]),
    )
    BulkDecision.objects.update(status="done")
    kind = WordListVersion.Kind.SUSPECT
    publish_word_list(site=site, name="rude", kind=kind, entries=["слон"], actor=editor)
    run = start_dry_run(site=site, entries=["слон"], editor=editor)
    save_draft(site=site, rules=DEFAULT_RULES[:2], actor=editor, edition=0)
    ban = impose_sanction(
        site=site,
        kind=Sanction.Kind.BAN,
        subject=Subject.domain("other.example"),
        rule_label="",
        actor=editor,
    )
    EmailSettings.objects.create(site=site, appeal_days=14)
    appealed = say("Снято зря")
    decide(
        comment=appealed,
        decision=Decision(DecisionKind.REMOVE, rule_code="insults"),
        editor=other_editor,
    )
    appeal = make_appeal(comment=appealed, author=reader, text="Не согласна")
    stranger = Sender(None, "", "who@example.org", "192.0.2.1")
    complaint = send_complaint(site=site, text="В статье ошибка", sender=stranger)
    return {
        "complaint_id": complaint.pk,
        "appeal_id": appeal.pk,
        "sanction_id": ban.pk,
        "comment_id": comment.pk,
        "user_id": reader.pk,
        "thread_id": comment.thread_id,
        "bulk_decision_id": bulk_decision.pk,
        "name": "rude",
        "number": 1,
        "dry_run_id": run.pk,
    }


def address(name, things):
    (matches,) = get_resolver("comments.web.desk.urls").reverse_dict.getlist(name)
    path, names = matches[0][0]
    return f"/desk/{path % {one: things[one] for one in names}}"


def world():
    return (
        list(Comment.objects.order_by("id").values_list("id", "state")),
        list(BulkDecision.objects.values_list("id", "status")),
        list(WordListVersion.objects.order_by("id").values_list("name", "number")),
        list(Thread.objects.values_list("mode", flat=True)),
        list(RulebookDraft.objects.values_list("edition", flat=True)),
        RulebookVersion.objects.count(),
        list(Sanction.objects.values_list("id", "status")),
        list(Appeal.objects.values_list("id", "status")),
        ModerationEvent.objects.count(),
        ComplaintEvent.objects.count(),
        UserNote.objects.count(),
        list(User.objects.order_by("id").values_list("uses_shortcuts", flat=True)),
    )


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_editors_of_this_publication_come_in(things, people, browser, who):
    client = browser(people.get(who))
    before = world()
    for name, method, sent in TABLE:
        path = address(name, things | {"name": "days"} if name == "desk-sheet" else things)
        data = {key: value.format(**things) for key, value in sent.items()}
        with undone():
            answer = getattr(same_visitor(client), method)(path, data)
            if who in EDITORS:
                assert answer.status_code in {200, 204, 302, 409}, (name, answer.content)
                continue
            if who == "stranger":
                assert answer["Location"].startswith("/accounts/login/?next="), name
            else:
                assert answer.status_code in {403, 404}, name
            assert world() == before, name


def test_every_url_of_the_desk_is_in_the_table():
    known = get_resolver("comments.web.desk.urls").reverse_dict
    assert {row[0] for row in TABLE} == {name for name in known if isinstance(name, str)}
