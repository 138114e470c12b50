"""Feeds as a reader of feeds takes them, and counts for a page of headlines."""

import re

import feedparser
import pytest

from comments.actions import Decision, decide, edit_comment
from comments.models import Thread
from comments.states import DecisionKind

pytestmark = pytest.mark.django_db
SITE = "/threads/feed/?site=vesti"
THREAD = f"{SITE}&key=article-1"
COUNTS = "/api/v1/sites/vesti/counts/?keys="


def parsed(answer):
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = feedparser.parse(answer.content)
    assert (feed.bozo, feed.version) == (False, "atom10")
    return feed


def test_a_threads_feed_has_its_comments_newest_first(browser, say, reader):
    first, second = say("Раз, два"), say("**Три** и <b>четыре</b> & пять")
    feed = parsed(browser().get(THREAD))
    assert feed.feed.title == "Комментарии: Статья"
    assert feed.feed.link == "http://testserver/a/1/"
    assert [entry.summary for entry in feed.entries] == [second.html, first.html]
    assert {entry.author for entry in feed.entries} == {"Анна К."}
    assert feed.entries[0].link.endswith(f"/threads/comments/{second.pk}/")
    assert feed.entries[0].published_parsed == second.published_at.utctimetuple()
    assert len({entry.id for entry in feed.entries}) == 2


def test_feed_keeps_numbers_and_has_no_relative_address(browser, say):
    say("2. [сарказм](нет)\n3. [дом](//a.ru) [да](https://a.ru)")
    (entry,) = parsed(browser().get(THREAD)).entries
    assert '<ol start="2">' in entry.summary
    assert re.findall('href="([^"]*)"', entry.summary) == ["https://a.ru"]


def test_a_publications_feed_has_all_its_threads(browser, say, site):
    other = Thread.objects.create(site=site, key="two", title="Вторая")
    say("Раз")
    say("Два", into=other)
    feed = parsed(browser().get(f"{SITE}&lang=en"))
    assert feed.feed.title == "Comments: Education News"
    assert [entry.title for entry in feed.entries] == ["Анна К.: Вторая", "Анна К.: Статья"]


def test_what_is_not_public_is_in_no_feed(browser, say, site, editor, rulebook):
    hidden = Thread.objects.create(site=site, key="own", registered_only=True)
    say("Своим", into=hidden)
    decide(
        comment=say("Снято"),
        decision=Decision(DecisionKind.REMOVE, rule_code="spam"),
        editor=editor,
    )
    Thread.objects.filter(key="article-1").update(mode="premoderated")
    say("Ждёт", into=Thread.objects.with_site().get(key="article-1"))
    for address in (SITE, THREAD):
        assert parsed(browser(editor).get(address)).entries == []
    assert browser(editor).get(f"{SITE}&key=own").status_code == 404


def test_an_edited_comment_keeps_its_identity(browser, say, reader):
    comment = say("Было")
    before = parsed(browser().get(THREAD)).entries[0]
    edit_comment(comment=comment, author=reader, text="Стало")
    after = parsed(browser().get(THREAD)).entries[0]
    assert (before.id, after.summary) == (after.id, "<p>Стало</p>")
    assert after.updated_parsed >= before.updated_parsed


def test_characters_that_xml_cannot_write_break_nothing(browser, say):
    say("Тут \x0b управляющий \x1f знак")
    assert len(parsed(browser().get(THREAD)).entries) == 1


@pytest.mark.parametrize("address", [SITE, THREAD])
def test_whoever_has_it_gets_304_until_something_changes(browser, say, address):
    say("Раз")
    etag = browser().get(address)["ETag"]
    known = browser().get(address, headers={"If-None-Match": etag})
    assert (known.status_code, known.content) == (304, b"")
    say("Два")
    assert browser().get(address, headers={"If-None-Match": etag}).status_code == 200


def test_an_unchanged_threads_feed_costs_one_statement(browser, say, django_assert_num_queries):
    say("Раз")
    etag = browser().get(THREAD)["ETag"]
    with django_assert_num_queries(1):
        browser().get(THREAD, headers={"If-None-Match": etag})


def test_what_is_not_there_has_no_feed(browser, site):
    assert browser().get("/threads/feed/?site=nobody").status_code == 404
    assert parsed(browser().get(f"{SITE}&key=unopened")).entries == []


def test_a_page_names_its_feed(browser, say):
    say("Раз")
    page = browser().get("/threads/?site=vesti&key=article-1").content.decode()
    assert 'type="application/atom+xml"' in page
    assert "/threads/feed/?site=vesti&amp;key=article-1" in page


def test_counts_of_a_hundred_threads_and_no_more(browser, say, django_assert_num_queries):
    say("Раз")
    hundred = ["article-1", *(f"k{number}" for number in range(99))]
    with django_assert_num_queries(2):
        counted = browser().get(COUNTS + ",".join(hundred)).json()
    assert (counted["article-1"], len(counted), sum(counted.values())) == (1, 100, 1)
    refused = browser().get(COUNTS + ",".join([*hundred, "one-more"]))
    assert (refused.status_code, refused.json()["code"]) == (400, "too_many_keys")
