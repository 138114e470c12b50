"""A person's own pages and the feeds × everybody who may come."""

import re

import pytest
from lxml import html

from accounts.actions import grant_role
from accounts.models import Role
from comments import widget_tokens
from comments.actions import Sender, mute_person, report_comment, send_complaint
from comments.models import Mute, Notification, NotificationChoice
from comments.states import NotificationKind
from tests.support.undoing import same_visitor, undone

pytestmark = pytest.mark.django_db
CHOICES = {"reply": "daily", "mention": "never", "decision": "weekly"}
ROLES = ("stranger", "reader", "editor", "registrar", "administrator")
OWN = dict.fromkeys(ROLES, 200) | {"stranger": 302}
SENT = dict.fromkeys(ROLES, 302)
OPEN = dict.fromkeys(ROLES, 200)
MATRIX = [
    ("get", "/notifications/", None, OWN),
    ("post", "/notifications/read/", {"up_to": "{notification}"}, SENT),
    ("get", "/notifications/settings/", None, OWN),
    ("post", "/notifications/settings/", CHOICES, SENT),
    ("get", "/notifications/unsubscribe/{token}/", None, OPEN),
    ("post", "/notifications/unsubscribe/{token}/", None, OPEN),
    ("get", "/muted/", None, OWN),
    ("post", "/muted/{muted}/end/", None, SENT),
    ("get", "/threads/feed/?site=vesti", None, OPEN),
    ("get", "/threads/feed/?site=vesti&key=article-1", None, OPEN),
]


@pytest.fixture
def people(site, reader, person):
    found = {"stranger": None, "reader": reader}
    for role, name in (("editor", "Нина"), ("registrar", "Олег"), ("administrator", "Павла")):
        found[role] = person(f"{role}@example.org", name)
        grant_role(user=found[role], site=site, name=Role.Name(role), actor=None)
    return found


@pytest.fixture
def things(say, other_reader, person, deliver):
    """Things of a person who is none of those that come."""
    owner = other_reader
    say("Ответ", parent=say("Слово", by=owner))
    deliver()
    mute_person(reader=owner, person_id=person("m@example.org", "Мирон").pk)
    return {
        "owner": owner.pk,
        "notification": Notification.objects.get(person=owner).pk,
        "muted": Mute.objects.get().muted_id,
        "token": widget_tokens.for_unsubscribing(owner, [NotificationKind.REPLY]),
    }


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_answered_as_the_matrix_says(people, things, browser, role):
    client = browser(people[role])
    for method, path, sent, answers in MATRIX:
        data = {name: value.format(**things) for name, value in (sent or {}).items()}
        with undone():
            answer = getattr(same_visitor(client), method)(path.format(**things), data)
            assert answer.status_code == answers[role], (method, path)
            if role == "stranger" and answer.status_code == 302:
                assert answer["Location"].startswith("/accounts/login/?next="), (method, path)
            # What is another's stays as it was, but for what the link in the e-mail is for.
            assert Notification.objects.get(pk=things["notification"]).read_at is None, (
                method,
                path,
            )
            assert Mute.objects.count() == 1, (method, path)
            chosen = NotificationChoice.objects.filter(person=things["owner"])
            by_link = (method, "token" in path) == ("post", True)
            assert chosen.count() == (1 if by_link else 0), (method, path)


def test_what_people_wrote_is_marked_with_its_language(
    say, rulebook, *, reader, other_reader, browser, deliver
):
    own = say("Спорное")
    answer = say("Ответ на русском", parent=own, by=other_reader)
    report_comment(comment=answer, reporter=reader, rule_code="insults")
    sender = Sender(reader, reader.display_name, reader.email, "127.0.0.1")
    send_complaint(site=own.thread.site, text="В подписи к снимку ошибка", sender=sender)
    deliver()
    for path in ("/threads/mine/", "/notifications/", "/reports/", "/complaints/mine/"):
        page = browser(reader).get(path, headers={"Accept-Language": "en"}).content.decode()
        texts = html.fromstring(page).xpath("//main//*[self::p or self::pre]//text()")
        russian = [words for words in texts if re.search("[а-яё]{3,}", words)]
        assert russian, path
        for words in russian:
            languages = words.getparent().xpath("ancestor-or-self::*/@lang")
            assert languages[-1] == "ru" or other_reader.display_name in words, (path, words)
