from datetime import timedelta

import pytest
from django.utils import timezone

from comments.actions import close_thread, post_comment, reopen_thread, set_up_thread
from comments.discussion.screen_text import ThreadClosed
from comments.models import Thread
from comments.page_urls import CommentedPage, canonical, url_at_comment
from comments.permissions import find_thread
from core.errors import InvalidInput

OLD, NEW = "http://testserver/2024/12/kaluga/", "http://testserver/news/kaluga"


@pytest.mark.django_db
def test_changed_address_and_changed_key_find_the_thread(site, settings_of_site, reader):
    thread = find_thread("vesti", "k1")
    post_comment(author=reader, thread=thread, text="Раз", page=CommentedPage("Калуга", OLD))
    post_comment(
        author=reader, thread=find_thread("vesti", "k1"), text="Два", page=CommentedPage("К", NEW)
    )
    thread_ids = {
        find_thread("vesti", "k2", url).pk for url in (OLD, NEW, f"{NEW}/?utm_source=tg#c")
    }
    assert thread_ids == {Thread.objects.get().pk}
    assert Thread.objects.get().url == NEW


@pytest.mark.django_db
def test_reader_cannot_lead_the_readers_of_another_page_to_their_thread(
    site, settings_of_site, reader, other_reader, browser
):
    claim = {"text": "Раз", "title": "Чужая статья", "url": NEW}
    url = "/api/v1/sites/vesti/threads/{}/comments/"
    posted = browser(reader).post(url.format("trap"), claim, content_type="application/json")
    assert posted.status_code == 201
    trap = Thread.objects.get()
    assert (trap.title, trap.url) == ("Чужая статья", NEW)
    assert find_thread("vesti", "kaluga", NEW).pk is None
    browser(other_reader).post(url.format("kaluga"), claim, content_type="application/json")
    assert Thread.objects.exclude(pk=trap.pk).get().key == "kaluga"
    # The publication's metadata of the page wins over an earlier stranger's.
    set_up_thread(thread=find_thread("vesti", "kaluga"), actor=None, title="Калуга", url=NEW)
    assert find_thread("vesti", "k2", NEW).key == "kaluga"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "stored"),
    [
        ("?utm_source=vk&yclid=1", ""),
        ("?p=2&UTM_Source=vk&fbclid=a&c=%D0%B0+b", "?p=2&c=%D0%B0+b"),
        ("?gclid=1&from=vk", "?from=vk"),  # some pages need it
        ("?b=2&a=1&a=", "?b=2&a=1&a="),
        ("?utmost=1&yclid_=2", "?utmost=1&yclid_=2"),
        ("?p=2&yclid=1#comment-5", "?p=2"),
        ("#photo", ""),
    ],
)
def test_url_of_a_thread_says_nothing_of_where_its_first_reader_came_from(
    site, settings_of_site, reader, address, stored
):
    thread = find_thread("vesti", "new")
    post_comment(
        author=reader, thread=thread, text="Раз", page=CommentedPage("М", f"{NEW}/{address}")
    )
    assert Thread.objects.get().url == f"{NEW}/{stored}"
    thread = set_up_thread(
        thread=Thread.objects.get(), actor=None, title="М", url=f"{OLD}/{address}"
    )
    assert thread.url == f"{OLD}/{stored}"


@pytest.mark.django_db
def test_page_elsewhere_says_nothing_of_the_thread(say, thread, reader):
    page = CommentedPage("Купите", "http://evil.example/a/1/")
    post_comment(author=reader, thread=thread, text="Привет", page=page)
    thread.refresh_from_db()
    assert (thread.title, thread.url, thread.aliases.count()) == (
        "Статья",
        "http://testserver/a/1/",
        0,
    )


@pytest.mark.django_db
def test_closing_a_registered_only_thread_opens_it_to_nobody(thread, browser):
    set_up_thread(
        thread=thread, actor=None, title="Статья", url="", mode="closed", registered_only=True
    )
    answer = browser().get("/api/v1/sites/vesti/threads/article-1/comments/")
    assert answer.json()["code"] == "sign_in_required"


@pytest.mark.django_db
def test_record_says_who_closed_and_reopened_a_thread(thread, editor, say):
    Thread.objects.update(mode="premoderated")
    thread = close_thread(thread=thread, actor=editor, note="Ругаются")
    with pytest.raises(ThreadClosed):
        say("Успею?", into=thread)
    thread = reopen_thread(thread=thread, actor=editor)
    assert (thread.mode, say("Успел", into=thread).state) == ("premoderated", "held")
    assert [(e.action, e.from_mode, e.to_mode, e.note, e.actor) for e in thread.events.all()] == [
        ("closed", "premoderated", "closed", "Ругаются", editor),
        ("reopened", "closed", "premoderated", "", editor),
    ]


@pytest.mark.django_db
def test_thread_that_its_age_has_closed_is_reopened_until_a_time(settings_of_site, thread, editor):
    now = timezone.now()
    settings_of_site.close_after_days = 7
    settings_of_site.save(update_fields=["close_after_days"])
    Thread.objects.update(opened_at=now - timedelta(days=8))
    with pytest.raises(InvalidInput) as refused:
        reopen_thread(thread=thread, actor=editor)
    assert "until" in refused.value.fields
    reopened = reopen_thread(thread=thread, actor=editor, until=now + timedelta(days=1))
    assert not reopened.is_closed(now)
    assert reopened.is_closed(now + timedelta(days=1))
    assert reopened.events.get().action == "closing_set"


@pytest.mark.django_db
def test_thread_of_a_closed_section_is_reopened_by_itself(settings_of_site, thread, editor, say):
    settings_of_site.section_modes = {"war": "closed"}
    settings_of_site.save(update_fields=["section_modes"])
    Thread.objects.update(section="war")
    assert say("Можно", into=reopen_thread(thread=thread, actor=editor)).state == "published"


@pytest.mark.django_db
def test_record_has_each_title_and_address_with_what_stood_there(thread, editor, say):
    version = thread.version
    thread = set_up_thread(thread=thread, actor=editor, title="Иначе", url="http://testserver/b/")
    event = thread.events.get()
    assert (event.action, event.actor_label) == ("renamed", "Вера Р.")
    assert event.evidence == {
        "title": ["Статья", "Иначе"],
        "url": ["http://testserver/a/1/", "http://testserver/b/"],
    }
    assert thread.version == version + 1
    set_up_thread(thread=thread, actor=editor, title="Иначе", url="http://testserver/b/")
    assert thread.events.count() == 1


@pytest.mark.django_db
def test_url_as_the_page_gave_it_is_in_the_audit_log_too(thread, reader):
    post_comment(author=reader, thread=thread, text="Раз", page=CommentedPage("Калуга", NEW))
    event = thread.events.get()
    assert (event.actor, event.evidence["title"]) == (None, ["Статья", "Калуга"])


@pytest.mark.django_db
def test_replies_deeper_than_the_site_allows_hang_on_the_last_level(settings_of_site, say):
    settings_of_site.max_depth = 2
    settings_of_site.save(update_fields=["max_depth"])
    line = [say("Ноль")]
    for text in ("Один", "Два", "Три", "Четыре"):
        line.append(say(text, parent=line[-1]))
    assert [comment.depth for comment in line] == [0, 1, 2, 2, 2]
    assert line[4].parent == line[1]
    assert line[4].in_reply_to == line[3]


@pytest.mark.parametrize(
    "address",
    [
        "https://www.example.org/a/",
        "http://example.org/a?utm_medium=social&yclid=1",
        "https://EXAMPLE.org/a#comments",
    ],
)
def test_one_page_has_one_canonical_address(address):
    assert canonical(address) == "example.org/a"


def test_address_of_a_comment_keeps_the_rest():
    assert (
        url_at_comment("http://x.ru/a?p=1&comment=3#t", 7)
        == "http://x.ru/a?p=1&comment=7#comment-7"
    )
