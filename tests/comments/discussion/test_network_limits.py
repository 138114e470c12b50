"""Posts, reports, reactions and complaints are limited by network, with room for an office."""

import time
from dataclasses import replace
from types import SimpleNamespace

import pytest

from comments.actions import (
    Sender,
    post_comment,
    react,
    remove_reaction,
    report_comment,
    send_complaint,
)
from comments.discussion import posting, reactions
from comments.models import CommentSettings
from comments.moderation import complaints, reports
from comments.states import ReactionKind
from core.errors import TooManyRequests
from tests.support.asked import statements

pytestmark = pytest.mark.django_db
OFFICE = "2001:db8:1:2::%x"


@pytest.fixture(autouse=True)
def _one_span(monkeypatch):
    now = time.time()
    monkeypatch.setattr("core.limits.time", SimpleNamespace(time=lambda: now))


@pytest.fixture
def acts(thread, say, person, rulebook, site):
    """By the limit: its module, its name, and an act of a person at an address."""
    # Reports do not hold the comment, which would end them.
    CommentSettings.objects.update(reports_to_hold=None)
    comment = say("Первый", by=person("author@example.org", "Автор"))
    return {
        "posts": (
            posting,
            "_POSTS",
            lambda who, ip: post_comment(author=who, thread=thread, text=f"Текст {ip}", ip=ip),
        ),
        "reports": (
            reports,
            "_REPORTS",
            lambda who, ip: report_comment(
                comment=comment, reporter=who, rule_code="insults", address=ip
            ),
        ),
        "reactions": (
            reactions,
            "_REACTIONS",
            lambda who, ip: react(comment=comment, user=who, kind=ReactionKind.UP, ip=ip),
        ),
        "complaints": (
            complaints,
            "_BY_READERS",
            lambda who, ip: send_complaint(
                site=site, text="Ошибка", sender=Sender(who, "", who.email, ip)
            ),
        ),
    }


@pytest.mark.parametrize("kind", ["posts", "reports", "reactions", "complaints"])
def test_people_of_one_network_share_its_limit(acts, person, monkeypatch, kind):
    module, name, act = acts[kind]
    limit = getattr(module, name)
    # Enough for an office: a comment of each person every half a minute.
    assert limit.per_network >= 100
    monkeypatch.setattr(module, name, replace(limit, per_network=3))
    people = [person(f"office-{number}@example.org", f"Сотрудник {number}") for number in range(5)]
    for number in range(3):
        act(people[number], OFFICE % number)
    with pytest.raises(TooManyRequests):
        act(people[3], OFFICE % 3)
    act(people[4], "192.0.2.1")


def test_a_program_that_toggles_its_reaction_is_stopped(say, other_reader):
    comment = say("Первый")
    for _ in range(reactions._REACTIONS.per_account // 2):
        react(comment=comment, user=other_reader, kind=ReactionKind.UP)
        remove_reaction(comment=comment, user=other_reader)
    for act in (
        lambda: react(comment=comment, user=other_reader, kind=ReactionKind.UP),
        lambda: remove_reaction(comment=comment, user=other_reader),
    ):
        with pytest.raises(TooManyRequests):
            act()


@pytest.mark.parametrize("who", ["reader", "stranger"])
def test_a_refused_complaint_waits_for_no_lock(site, reader, monkeypatch, who):
    """The publication's row, which numbers complaints, is locked for those that are accepted."""
    monkeypatch.setattr(complaints, "_BY_READERS", replace(complaints._BY_READERS, per_network=0))
    monkeypatch.setattr(
        complaints, "_BY_STRANGERS", replace(complaints._BY_STRANGERS, per_network=0)
    )
    sender = Sender(reader if who == "reader" else None, "", "a@example.org", "192.0.2.1")
    with statements() as sent, pytest.raises(TooManyRequests):
        send_complaint(site=site, text="Ошибка", sender=sender)
    assert not [one for one in sent if "FOR NO KEY UPDATE" in one]
