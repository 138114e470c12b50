"""Polling: the changes that another reader's page receives, and the cost in queries."""

import base64

import pytest

from comments.actions import Decision, decide, edit_comment, react, withdraw_comment
from comments.models import Comment, Thread
from comments.reading import snapshots
from comments.states import DecisionKind, Placeholder, ReactionKind
from tests.support.people import new_person

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
    snapshots.clear()
    say("Раз")
    browser().get(PAGE)
    with django_assert_num_queries(1):
        browser().get(PAGE)


def test_counts_follow_at_once(browser, say, remove):
    comment = say("Раз")
    assert browser().get(COUNTS).json() == {"article-1": 1}
    remove(comment)
    assert browser().get(COUNTS).json() == {"article-1": 0}


@pytest.fixture
def _no_pages():
    snapshots.clear()
    yield
    snapshots.clear()


def kept():
    return snapshots._first_pages.size + snapshots._further_pages.size


@pytest.mark.usefixtures("_no_pages")
def test_nothing_that_a_client_makes_up_is_kept(browser, say, thread, fill):
    """A cursor or a number of a root that we did not hand out takes no memory."""
    fill(60)
    client = browser()
    page = client.get(PAGE).json()
    before = kept()
    for number in range(50):
        made_up = base64.urlsafe_b64encode(f"[{-number}]".encode()).decode().rstrip("=")
        assert client.get(PAGE, {"cursor": made_up}).status_code == 400
        spelled = f"{page['next_cursor'][:5]}{'!' * number}{page['next_cursor'][5:]}"
        assert client.get(PAGE, {"cursor": spelled}).status_code == (200 if not number else 400)
        replies = client.get(f"{PAGE}{number + 10**9}/replies/")
        assert replies.json()["replies"] == []
    further = snapshots._further_pages.size
    assert kept() == before + further
    client.get(PAGE, {"cursor": page["next_cursor"]})
    assert snapshots._further_pages.size == further


@pytest.mark.usefixtures("_no_pages")
def test_memory_for_pages_is_bounded_by_bytes(browser, site, monkeypatch):
    monkeypatch.setattr(snapshots._first_pages, "_capacity", 20_000)
    author = new_person("many@example.org", "Многословный")
    for number in range(20):
        key = f"bounded-{number}"
        thread = Thread.objects.create(site=site, key=key)
        Comment.objects.create(
            site=site,
            thread=thread,
            author=author,
            text="а" * 900,
            html="а" * 900,
            similarity=0,
            words=1,
            state="published",
            listed=True,
            published_at=thread.opened_at,
        )
        address = f"/api/v1/sites/vesti/threads/{key}/comments/"
        assert browser().get(address, headers={"Accept-Encoding": "gzip"}).status_code == 200
        assert 0 < kept() <= 20_000


@pytest.mark.usefixtures("_no_pages")
def test_a_crawl_through_further_pages_leaves_the_first_ones(
    browser, fill, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(snapshots._further_pages, "_capacity", 1)
    fill(80)
    client = browser()
    cursor = client.get(PAGE).json()["next_cursor"]
    while cursor:
        cursor = client.get(PAGE, {"cursor": cursor}).json()["next_cursor"]
    with django_assert_num_queries(1):
        client.get(PAGE)


@pytest.mark.usefixtures("_no_pages")
def test_an_old_version_leaves_with_the_new_one(browser, say):
    for text in ("Раз", "Два", "Три"):
        say(text)
        browser().get(PAGE)
    assert len(snapshots._first_pages._entries) == 1
