"""Every reader's page about comments against everybody who may come, as one table."""

import pytest
from django.urls import get_resolver

from accounts.actions import grant_role
from accounts.models import Role
from comments.actions import Decision, decide
from comments.models import Appeal, Comment, Complaint, EmailSettings, NotificationChoice, Report
from comments.states import DecisionKind
from tests.support.undoing import same_visitor, undone

pytestmark = pytest.mark.django_db

EVERYBODY = frozenset(
    {"stranger", "reader", "author", "editor", "registrar", "administrator", "foreign editor"}
)
REGISTERED = EVERYBODY - {"stranger"}
OTHERS = REGISTERED - {"author"}
AUTHOR = frozenset({"author"})
WRITTEN = {"text": "В статье ошибка", "email": "who@example.org", "key": "{key}"}
CHOICES = {"reply": "daily", "mention": "never", "decision": "weekly"}

# Name of the address, method, path, what is sent, who may.
TABLE = [
    ("rules", "get", "/rules/", {}, EVERYBODY),
    ("thread", "get", "/threads/?site=vesti&key=article-1", {}, EVERYBODY),
    ("html", "get", "/threads/html/?site=vesti&key=article-1", {}, EVERYBODY),
    ("sign-in", "get", "/threads/sign-in/?site=vesti&origin=http://testserver", {}, REGISTERED),
    ("permalink", "get", "/threads/comments/{public}/", {}, EVERYBODY),
    ("edit", "get", "/threads/comments/{public}/edit/", {}, AUTHOR),
    ("edit", "post", "/threads/comments/{public}/edit/", {"text": "Иначе"}, AUTHOR),
    ("withdraw", "get", "/threads/comments/{public}/withdraw/", {}, AUTHOR),
    ("withdraw", "post", "/threads/comments/{public}/withdraw/", {}, AUTHOR),
    ("report", "get", "/threads/comments/{public}/report/", {}, REGISTERED),
    ("report", "post", "/threads/comments/{public}/report/", {"rule": "insults"}, OTHERS),
    ("appeal", "get", "/threads/comments/{removed}/appeal/", {}, AUTHOR),
    ("appeal", "post", "/threads/comments/{removed}/appeal/", {"text": "За что?"}, AUTHOR),
    ("own-comments", "get", "/threads/mine/", {}, REGISTERED),
    ("own-reports", "get", "/reports/", {}, REGISTERED),
    ("own-complaints", "get", "/complaints/mine/", {}, REGISTERED),
    ("complaint", "get", "/complaints/", {}, EVERYBODY),
    ("complaint", "get", "/complaints/?comment={public}", {}, AUTHOR),
    ("complaint", "post", "/complaints/", WRITTEN, EVERYBODY),
    ("begin-complaint", "post", "/complaints/begin/", {"text": "В статье ошибка"}, EVERYBODY),
    ("complaint-sent", "get", "/complaints/sent/forged/", {}, frozenset()),
    ("feed", "get", "/threads/feed/?site=vesti", {}, EVERYBODY),
    ("feed", "get", "/threads/feed/?site=vesti&key=article-1", {}, EVERYBODY),
    ("notifications", "get", "/notifications/", {}, REGISTERED),
    ("notifications-read", "post", "/notifications/read/", {"up_to": "1"}, REGISTERED),
    ("notification-settings", "get", "/notifications/settings/", {}, REGISTERED),
    ("notification-settings", "post", "/notifications/settings/", CHOICES, REGISTERED),
    ("unsubscribe", "get", "/notifications/unsubscribe/forged/", {}, frozenset()),
    ("unsubscribe", "post", "/notifications/unsubscribe/forged/", {}, frozenset()),
    ("muted", "get", "/muted/", {}, REGISTERED),
    ("unmute", "post", "/muted/{author}/end/", {}, REGISTERED),
]
# Stands elsewhere: the form that needs what a page has signed.
ELSEWHERE = {"post"}


@pytest.fixture
def people(site, reader, other_reader, person):
    found = {"reader": other_reader, "author": reader}
    for role, name in (("editor", "Нина"), ("registrar", "Олег"), ("administrator", "Павла")):
        found[role] = person(f"{role}-of-table@example.org", name)
        grant_role(user=found[role], site=site, name=Role.Name(role), actor=None)
    found["foreign editor"] = person("foreign@example.org", "Глеб")
    neighbour = type(site).objects.create(
        slug="sosedi",
        name_ru="Соседи",
        legal_name_ru="Соседи",
        editor_in_chief_ru="С",
        complaints_email="s@s.example",
    )
    grant_role(user=found["foreign editor"], site=neighbour, name=Role.Name.EDITOR, actor=None)
    return found


@pytest.fixture
def world(say, editor, rulebook):
    EmailSettings.objects.create(site=rulebook.site, appeal_days=14)
    public, removed = say("Все читают"), say("Снятое")
    decide(
        comment=removed, decision=Decision(DecisionKind.REMOVE, rule_code="insults"), editor=editor
    )
    return {
        "public": public.pk,
        "author": public.author_id,
        "removed": removed.pk,
        "key": "6f1f5f8e-6a0b-4a3e-9a63-0b9f0d6f7a11",
    }


def state_of_things():
    return (
        list(Comment.objects.order_by("id").values_list("id", "text", "state")),
        Report.objects.count(),
        Appeal.objects.count(),
        Complaint.objects.count(),
        NotificationChoice.objects.count(),
    )


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_only_those_may_who_stand_in_the_table(world, people, browser, who):
    client = browser(people.get(who))
    before = state_of_things()
    for name, method, path, sent, allowed in TABLE:
        data = {key: value.format(**world) for key, value in sent.items()}
        with undone():
            answer = getattr(same_visitor(client), method)(path.format(**world), data)
            if who in allowed:
                assert answer.status_code in {200, 302}, (name, answer.status_code)
                assert not is_sent_to_sign_in(answer), name
            else:
                refused = answer.status_code in {403, 404, 422} or is_sent_to_sign_in(answer)
                assert refused, (name, answer.status_code)
                assert state_of_things() == before, name


def is_sent_to_sign_in(answer):
    return answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")


def test_every_page_is_in_a_table():
    known = {
        name for name in get_resolver("comments.web.urls").reverse_dict if isinstance(name, str)
    }
    desk = {
        name
        for name in get_resolver("comments.web.desk.urls").reverse_dict
        if isinstance(name, str)
    }
    assert {row[0] for row in TABLE} == known - desk - ELSEWHERE
