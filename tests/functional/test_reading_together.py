"""Readers are answered from the memory of the web process while others write in other processes."""

import threading
import time
import urllib.request

import pytest
import redis

from accounts.models import User
from comments.actions import (
    Decision,
    decide,
    edit_comment,
    post_comment,
    react,
    set_up_thread,
    withdraw_comment,
)
from comments.models import Thread
from comments.privacy.erasure import erase_author, refresh_author
from comments.states import DecisionKind, Placeholder, ReactionKind
from core.models import Site
from demo.people import EDITOR
from tests.support.people import new_person
from tests.support.waiting import wait_for

KEY = "read-together"
BOUND = 1.0


class Reader(threading.Thread):
    """Notes when each request began, and which version of the thread it was shown."""

    def __init__(self, url, codings):
        super().__init__()
        self.request = urllib.request.Request(url, headers={"Accept-Encoding": codings})
        self.over = threading.Event()
        self.seen = []

    def run(self):
        while not self.over.is_set():
            began = time.monotonic()
            with urllib.request.urlopen(self.request) as answer:
                version = int(answer.headers["ETag"].strip('"').removesuffix("-gz").split("-")[-1])
            self.seen.append((began, version))
            time.sleep(0.01)


@pytest.fixture
def thread():
    site = Site.objects.order_by("id").first()
    return set_up_thread(
        thread=Thread(site=site, key=KEY), actor=None, title="Вместе", url="", mode="open"
    )


def cut_subscriptions(stack):
    redis.Redis.from_url(stack.valkey.url).client_kill_filter(_type="pubsub")


def acts(thread):
    """Change the page in every way that there is."""
    author = new_person("together@example.org", "Анна Вместе")
    editor = User.objects.get(email=EDITOR.email)
    comment, other = (
        post_comment(author=author, thread=thread, text=f"Мнение, {word}")
        for word in ("раз", "два")
    )
    yield
    edit_comment(comment=comment, author=author, text="Другое мнение")
    yield
    react(comment=comment, user=editor, kind=ReactionKind.UP)
    yield
    User.objects.filter(pk=author.pk).update(display_name="Анна Иначе")
    refresh_author(user_id=author.pk)
    yield
    comment.refresh_from_db()
    remove = Decision(DecisionKind.REMOVE, rule_code="spam", placeholder=Placeholder.TOMBSTONE)
    decide(comment=comment, decision=remove, editor=editor)
    yield
    comment.refresh_from_db()
    decide(comment=comment, decision=Decision(DecisionKind.RESTORE), editor=editor)
    yield
    withdraw_comment(comment=other, author=author)
    yield
    erase_author(user=author, keeps_comments=False)
    yield


def test_no_reader_is_shown_what_is_older_than_a_second(stack, thread, settings):
    """With messages, with the subscription cut before each act, and with no message at all."""
    path = f"/api/v1/sites/{thread.site.slug}/threads/{KEY}/comments/"
    readers = [Reader(f"{stack.url}{path}", coding) for coding in ("gzip", "identity", "gzip")]
    for reader in readers:
        reader.start()
    committed = []
    try:
        for number, _act in enumerate(acts(thread)):
            version = Thread.objects.get(pk=thread.pk).version
            committed.append((time.monotonic(), version))
            settings.REDIS_URL = "redis://127.0.0.1:1" if number % 3 == 2 else stack.valkey.url
            if number % 3 == 1:
                cut_subscriptions(stack)
            time.sleep(0.3)
        wait_for(lambda: all(reader.seen[-1][1] == committed[-1][1] for reader in readers))
    finally:
        for reader in readers:
            reader.over.set()
            reader.join()
    assert len({version for _at, version in committed}) == len(committed) == 8
    for reader in readers:
        for began, version in reader.seen:
            due = [number for at, number in committed if at <= began - BOUND]
            assert version >= max(due, default=0)


def test_after_valkey_is_gone_a_change_is_still_seen(stack, thread):
    author = new_person("without@example.org", "Борис Вместе")
    path = f"/api/v1/sites/{thread.site.slug}/threads/{KEY}/comments/"
    reader = Reader(f"{stack.url}{path}", "gzip")
    reader.start()
    try:
        wait_for(lambda: len(reader.seen) > 5)
        stack.stop_valkey()
        post_comment(author=author, thread=thread, text="Без очереди")
        version = Thread.objects.get(pk=thread.pk).version
        at = time.monotonic()
        wait_for(lambda: reader.seen[-1][1] == version)
    finally:
        reader.over.set()
        reader.join()
        stack.start_valkey()
    assert all(seen == version for began, seen in reader.seen if began >= at + BOUND)
