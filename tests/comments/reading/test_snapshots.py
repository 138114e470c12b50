"""Polling: the changes that another reader's page receives, and the cost in queries."""

import pytest

from comments.actions import Decision, decide, edit_comment, react, withdraw_comment
from comments.reading import snapshots
from comments.states import DecisionKind, Placeholder, ReactionKind

pytestmark = pytest.mark.django_db
PAGE = "/api/v1/sites/vesti/threads/article-1/comments/"
COUNTS = "/api/v1/sites/vesti/counts/?keys=article-1"


@pytest.fixture
def remove(editor, rulebook):
    """With a line in its place, for the page to show."""

    def decided(comment):
        decide(
            comment=comment,
            decision=Decision(
                DecisionKind.REMOVE, rule_code="spam", placeholder=Placeholder.TOMBSTONE
            ),
            editor=editor,
        )

    return decided


@pytest.fixture
def watch(browser):
    """A reader's page that asks for what is new, as the widget does."""
    client = browser()
    known = {"etag": ""}

    def look():
        answer = client.get(PAGE, headers={"If-None-Match": known["etag"]})
        known["etag"] = answer["ETag"]
        return answer.json() if answer.status_code == 200 else None

    return look


def states(page):
    return [branch["comment"]["state"] for branch in page["branches"]]


def test_each_change_is_in_the_next_answer_and_nothing_else_is(watch, say, reader, editor, remove):
    watch()
    comment = say("Раз")
    assert (watch()["count"], watch()) == (1, None)
    edit_comment(comment=comment, author=reader, text="Раз, два")
    assert watch()["branches"][0]["comment"]["html"] == "<p>Раз, два</p>"
    remove(comment)
    page = watch()
    assert (page["count"], states(page), watch()) == (0, ["removed"], None)
    comment.refresh_from_db()
    decide(comment=comment, decision=Decision(DecisionKind.RESTORE), editor=editor)
    assert states(watch()) == ["published"]
    withdraw_comment(comment=comment, author=reader)
    assert watch() is not None


def test_what_nobody_sees_changes_nothing(watch, say, thread):
    thread.mode = "premoderated"
    thread.save()
    watch()
    say("Ждёт редактора")
    assert watch() is None


def test_reactions_come_too(watch, say, other_reader):
    comment = say("Раз")
    watch()
    react(comment=comment, user=other_reader, kind=ReactionKind.UP)
    assert watch()["branches"][0]["comment"]["reactions"]["up"] == 1


def test_asking_in_vain_costs_one_statement(watch, say, django_assert_num_queries):
    say("Раз")
    watch()
    with django_assert_num_queries(1):
        assert watch() is None


def test_a_change_is_prepared_once_for_all_who_ask(browser, say, django_assert_num_queries):
    snapshots._cached_thread.cache_clear()
    say("Раз")
    browser().get(PAGE)
    with django_assert_num_queries(1):
        browser().get(PAGE)


def test_counts_follow_at_once(browser, say, remove):
    comment = say("Раз")
    assert browser().get(COUNTS).json() == {"article-1": 1}
    remove(comment)
    assert browser().get(COUNTS).json() == {"article-1": 0}
