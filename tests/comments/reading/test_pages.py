from gzip import decompress

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions import grant_role, take_role
from accounts.models import Role
from comments.actions import react, withdraw_comment
from comments.discussion.reactions import wilson
from comments.models import Comment, Thread
from comments.permissions import find_thread
from comments.reading.pages import (
    FIRST_REPLIES,
    ROOTS,
    PageQuery,
    Sort,
    replies_page,
    thread_page,
    thread_page_at,
)
from comments.states import ReactionKind
from core.models import Site
from core.paging import BadCursor
from tests.support.database_owner import owner_cursor

pytestmark = pytest.mark.django_db
TEXT = {"text": "Т", "html": "Т", "similarity": 0, "words": 1, "state": "published"}


def all_pages(thread, sort):
    cursor, ids = "", []
    while True:
        page = thread_page(thread, PageQuery(sort, cursor))
        ids += [branch.comment.id for branch in page.branches]
        cursor = page.next_cursor
        if not cursor:
            return ids


@pytest.mark.parametrize("sort", Sort)
def test_pages_have_every_root_once(thread, fill, editor, other_reader, sort):
    roots = fill(2 * ROOTS + 3)
    for root, voter in [(roots[3], editor), (roots[30], editor), (roots[30], other_reader)]:
        react(comment=root, user=voter, kind=ReactionKind.UP)
    ids = [root.pk for root in roots]
    by_votes = [ids[30], ids[3], *reversed([pk for pk in ids if pk not in {ids[3], ids[30]}])]
    expected = {Sort.OLDEST: ids, Sort.NEWEST: ids[::-1], Sort.BEST: by_votes}
    assert all_pages(thread, sort) == expected[sort]


def test_root_comes_with_its_first_replies_and_the_way_to_the_rest(thread, fill):
    (root,) = fill(1)
    replies = [reply.pk for reply in fill(FIRST_REPLIES + 5, root=root)]
    branch = thread_page(thread, PageQuery()).branches[0]
    assert [reply.id for reply in branch.replies] == replies[:FIRST_REPLIES]
    rest = replies_page(thread, root.pk, branch.more)
    assert [reply.id for reply in rest.replies] == replies[FIRST_REPLIES:]
    assert rest.next_cursor == ""


def test_page_opens_at_a_comment_far_below(thread, fill):
    root = fill(ROOTS + 5)[-1]
    last = fill(FIRST_REPLIES + 5, root=root)[-1]
    first = thread_page_at(thread, last.pk).branches[0]
    assert first.comment.id == root.pk
    assert first.replies[-1].id == last.pk


def test_same_number_of_statements_at_one_and_at_fifty(
    thread, fill, django_assert_num_queries, client
):
    address = "/api/v1/sites/vesti/threads/article-1/comments/"
    client.get(address)  # the publication's settings are kept from now on
    for count in (1, 49):
        for root in fill(count)[:20]:
            fill(2, root=root)
        Thread.objects.update(version=count)
        with django_assert_num_queries(4):  # the thread, its editors, roots and replies
            assert client.get(address).json()["branches"]


@pytest.mark.parametrize("role", Role.Name)
def test_comments_of_those_who_moderate_bear_a_mark(thread, say, person, role, deliver):
    client, colleague = Client(), person("kollega@example.org", "Коллега")
    elsewhere = Site.objects.create(
        slug="other", name_ru="Другое", origins=["http://other.example"]
    )
    grant_role(user=colleague, site=elsewhere, name=Role.Name.EDITOR, actor=None)
    comment = say("Как читатель", by=colleague)
    say("Как все", parent=comment)
    address = "/api/v1/sites/vesti/threads/article-1/comments/"

    def marks():
        (branch,) = client.get(address).json()["branches"]
        one = client.get(f"/api/v1/comments/{comment.pk}/").json()
        assert one["author_badge"] == branch["comment"]["author_badge"]
        return [shown["author_badge"] for shown in (branch["comment"], *branch["replies"])]

    assert marks() == ["", ""]
    grant_role(user=colleague, site=thread.site, name=role, actor=None)
    deliver()
    assert marks() == ["" if role == Role.Name.REGISTRAR else "editor", ""]
    for path, mark in (("/threads/", ">Редакция<"), ("/threads/html/", "(Редакция)")):
        page = client.get(f"{path}?site=vesti&key=article-1&lang=ru").content.decode()
        assert page.count(mark) == (role != Role.Name.REGISTRAR)
    chief = person("glava@example.org", "Полина Р.")
    grant_role(user=chief, site=thread.site, name=Role.Name.ADMINISTRATOR, actor=None)
    take_role(role=Role.objects.get(user=colleague, site=thread.site), actor=chief)
    deliver()
    assert marks() == ["", ""]


def test_removed_comment_of_an_editor_bears_no_mark(thread, say, editor, client):
    comment = say("Погорячилась", by=editor)
    say("Зря", parent=comment)
    withdraw_comment(comment=comment, author=editor)
    page = client.get("/api/v1/sites/vesti/threads/article-1/comments/").json()
    assert page["branches"][0]["comment"]["author_badge"] == ""


def test_unchanged_page_is_not_prepared_again(thread, fill, django_assert_num_queries, client):
    fill(3)
    address = "/api/v1/sites/vesti/threads/article-1/comments/"
    client.get(address)
    with django_assert_num_queries(1):
        client.get(address)


@pytest.mark.django_db(transaction=True)
def test_first_page_is_looked_for_where_the_thread_begins(site, thread, fill):
    fill(1_000)
    later = Thread.objects.create(site=site, key="later")
    Comment.objects.bulk_create(
        Comment(site=site, thread=later, **TEXT, listed=True, published_at=later.opened_at)
        for _ in range(3_000)
    )
    with owner_cursor() as cursor:
        cursor.execute("ANALYZE comments_comment")
    for order in ("", "-"):
        first = Comment.objects.first_listed_roots(later)
        plan = first.order_by(f"{order}thread_id", f"{order}id")[:ROOTS].explain()
        assert "comment_roots" in plan
        assert "pkey" not in plan
    with CaptureQueriesContext(connection) as queries:
        thread_page(later, PageQuery())
    assert 'ORDER BY "comments_comment"."thread_id" ASC' in queries[0]["sql"]


def test_forged_cursor_is_refused(thread):
    with pytest.raises(BadCursor):
        thread_page(thread, PageQuery(cursor="e30"))


def test_few_votes_weigh_less_than_many():
    assert wilson(90, 10) > wilson(1, 0) > wilson(1, 1) > wilson(0, 0) == wilson(0, 5) == 0


def test_page_is_compressed_once_and_known_again_in_either_form(say, client):
    say(" ".join(f"слово{number}" for number in range(60)))
    address = "/api/v1/sites/vesti/threads/article-1/comments/"
    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content)
    assert packed["ETag"] != plain["ETag"]
    for etag, encoding in ((plain["ETag"], ""), (packed["ETag"], "gzip")):
        headers = {"If-None-Match": etag, "Accept-Encoding": encoding}
        assert client.get(address, headers=headers).status_code == 304
    assert "Accept-Encoding" in plain["Vary"]


@pytest.mark.parametrize(
    ("accepted", "is_packed"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000, *", False),
        ("br;q=0, gzip", True),
        ("identity", False),
        ("", False),
    ],
)
def test_page_is_compressed_for_those_alone_who_accept_it(say, client, accepted, is_packed):
    say("Слово")
    answer = client.get(
        "/api/v1/sites/vesti/threads/article-1/comments/", headers={"Accept-Encoding": accepted}
    )
    assert ("Content-Encoding" in answer) == is_packed


def test_public_page_is_not_answered_past_the_gate(say, thread, client):
    say("Секрет")
    Thread.objects.update(registered_only=True)
    for query in ("", "?sort=newest", "?sort=best&cursor="):
        answer = client.get(f"/api/v1/sites/vesti/threads/article-1/comments/{query}")
        assert answer.json()["code"] == "sign_in_required"


def test_change_of_settings_applies_at_the_next_request(settings_of_site, thread):
    before = find_thread("vesti", "article-1").settings.max_depth
    settings_of_site.max_depth = before + 1
    settings_of_site.save(update_fields=["max_depth"])
    assert find_thread("vesti", "article-1").settings.max_depth == before + 1
