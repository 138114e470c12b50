import re
from datetime import UTC, datetime, timedelta

import pytest

from comments.models import Comment, Thread
from comments.states import State
from core.languages import exact_moment

pytestmark = [pytest.mark.urls("tests.support.thread_urls"), pytest.mark.django_db]


def form_of(page):
    """The hidden fields of the form on a page."""
    return dict(re.findall(r'name="(page|key|parent)"[^>]*? value="([^"]*)"', page))


def test_reader_posts_and_comes_back_to_the_comment(site, reader, browser):
    client = browser(reader)
    fields = form_of(client.get("/page/a1/").content.decode())
    answer = client.post("/threads/comments/", fields | {"text": "Были **там** сами"}, follow=True)
    comment = Comment.objects.get()
    assert answer.redirect_chain == [
        (f"http://testserver/page/a1/?comment={comment.pk}#comment-{comment.pk}", 302)
    ]
    assert "Были <strong>там</strong> сами" in answer.content.decode()
    assert (comment.state, comment.thread.title) == (State.PUBLISHED, "Статья")


def test_stranger_reads_and_is_shown_the_entrance(site, say, browser):
    say("Для всех")
    page = browser().get("/page/article-1/").content.decode()
    assert "Для всех" in page
    assert "/accounts/login/?next=%2Fpage%2Farticle-1%2F%23comments" in page
    assert "<textarea" not in page


def test_refused_comment_stays_in_the_form(site, reader, browser):
    client = browser(reader)
    fields = form_of(client.get("/page/a1/").content.decode())
    answer = client.post("/threads/comments/", fields | {"text": "долго " * 1000})
    assert answer.status_code == 422
    assert "долго долго" in answer.content.decode()
    assert not Comment.objects.exists()


def test_stranger_who_posts_keeps_the_text_and_finds_the_entrance(site, reader, browser):
    fields = form_of(browser(reader).get("/page/a1/").content.decode())
    page = browser().post("/threads/comments/", fields | {"text": "Не теряйте"}).content.decode()
    assert "Не теряйте" in page
    assert "/accounts/signup/?next=" in page
    assert not Comment.objects.exists()


def test_page_that_was_not_signed_here_opens_no_thread(site, reader, browser):
    forged = {"page": "site:a1:http://evil.example", "text": "x"}
    assert browser(reader).post("/threads/comments/", forged).status_code == 404
    assert not Thread.objects.exists()


def test_reply_form_is_below_the_answered_comment(say, other_reader, browser):
    root = say("Корень")
    client = browser(other_reader)
    page = client.get(f"/page/article-1/?reply={root.pk}").content.decode()
    client.post("/threads/comments/", form_of(page) | {"text": "Ответ"})
    reply = Comment.objects.get(text="Ответ")
    assert (reply.parent, reply.root, reply.depth) == (root, root, 1)


def test_sending_the_form_twice_posts_once(site, reader, browser):
    client = browser(reader)
    fields = form_of(client.get("/page/a1/").content.decode()) | {"text": "Один раз"}
    first, second = (client.post("/threads/comments/", fields) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Comment.objects.count() == 1


def test_held_comment_is_shown_to_its_author_alone(site, thread, say, reader, browser):
    thread.mode = "premoderated"
    thread.save(update_fields=["mode"])
    held = say("Подождёт")
    mine = browser(reader).get("/page/article-1/").content.decode()
    assert "Подождёт" in mine
    assert "ждёт" in mine.replace("Подождёт", "")
    assert "Подождёт" not in browser().get("/page/article-1/").content.decode()
    assert held.state == State.HELD


def test_author_edits_and_withdraws(say, reader, other_reader, browser):
    comment = say("Опечатко")
    browser(reader).post(f"/threads/comments/{comment.pk}/edit/", {"text": "Опечатка"})
    assert "Опечатка" in browser().get("/page/article-1/").content.decode()
    assert [r.text for r in comment.revisions.all()] == ["Опечатко", "Опечатка"]
    assert (
        browser(other_reader).post(f"/threads/comments/{comment.pk}/withdraw/").status_code == 404
    )
    browser(reader).post(f"/threads/comments/{comment.pk}/withdraw/")
    assert "Опечатка" not in browser().get("/page/article-1/").content.decode()


def test_buttons_are_told_apart_by_author_time_and_second(
    thread, say, reader, other_reader, browser
):
    at = datetime(2026, 3, 10, 12, 0, 1, tzinfo=UTC)
    comments = [say(f"Мнение {number}") for number in range(3)]
    others = say("Иное", by=other_reader)
    for comment, later in zip(comments, (0, 41, 600), strict=True):
        Comment.objects.filter(pk=comment.pk).update(created_at=at + timedelta(seconds=later))
    page = browser(other_reader).get("/page/article-1/").content.decode()
    names = re.findall(r'aria-label="(?:Ответить|Пожаловаться): ([^"]+)"', page)
    assert len(names) == 3 + 4
    assert {name for name in names if name.startswith(f"{reader.display_name}, ")} == {
        f"{reader.display_name}, {exact_moment(at)}",
        f"{reader.display_name}, {exact_moment(at + timedelta(seconds=41))}",
        f"{reader.display_name}, {exact_moment(at + timedelta(seconds=600))}",
    }
    assert f'aria-label="Ответить: {others.author}"' in page
    assert f'aria-label="Отозвать: {others.author}"' in page


def test_buttons_of_a_held_comment_are_told_apart_from_the_public_ones(
    thread, say, reader, browser
):
    public = say("Виден")
    thread.mode = "premoderated"
    thread.save()
    held = say("Ждёт")
    earlier = held.created_at - timedelta(days=1)
    Comment.objects.filter(pk=public.pk).update(created_at=earlier)
    page = browser(reader).get("/page/article-1/").content.decode()
    assert f'aria-label="Отозвать: {reader}, {exact_moment(held.created_at)}"' in page
    assert f'aria-label="Отозвать: {reader}, {exact_moment(earlier)}"' in page
