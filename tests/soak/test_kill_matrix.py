"""One round of each kind. Acknowledged writes must be there once, with all that follows them."""

import os

import pytest
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from certificates.models import NumberCounter
from comments.models import Comment, Thread
from core.models import Email, OutboxEvent, Site
from tests.support.soak.invariants import compare, unfinished_work
from tests.support.soak.kinds import KINDS


def play(arena, name):
    return arena.play(KINDS[name], blows=1, applicants=1, rows=1)


@pytest.mark.parametrize("name", KINDS)
def test_nothing_is_lost_and_nobody_let_in(arena, name):
    total, broken = play(arena, name)
    assert broken == []
    assert arena.journal.surprises == []
    assert total.writes > 0


@pytest.mark.usefixtures("arena")
def test_what_this_process_starts_has_the_real_clock():
    assert "LD_PRELOAD" not in os.environ


def lose(post):
    Comment.objects.filter(pk=post.id).update(text="…")


def double(post):
    comment = Comment.objects.get(pk=post.id)
    comment.pk = None
    comment.save()


def open_thread(_post):
    Thread.objects.filter(key__startswith="soak-closed").update(registered_only=False)


def skip_number(_post):
    NumberCounter.objects.update(last_serial=F("last_serial") + 1)


def hide(post):
    Comment.objects.filter(pk=post.id).update(state="held")


def lose_email(_post):
    now = timezone.now()
    Email.objects.create(site=Site.objects.get(), key="lost", sent_at=now, expires_at=now)


@pytest.mark.parametrize(
    ("harm", "expected"),
    [
        (lose, "lost"),
        (double, "doubled"),
        (open_thread, "lost"),
        (skip_number, "gaps"),
        (hide, "contradictions"),
        (lose_email, "lost"),
    ],
)
def test_each_broken_promise_is_found(arena, harm, expected):
    if not arena.journal.acknowledged:
        play(arena, "Valkey, FLUSHALL")
    post = next(one for one in arena.journal.posts.values() if one.id is not None)
    with transaction.atomic():
        harm(post)
        found = compare(arena.stack, arena.journal, arena.scenery)
        transaction.set_rollback(True)
    assert getattr(found, expected)


def test_event_that_is_not_done_is_found(arena):
    assert unfinished_work() == []
    with transaction.atomic():
        OutboxEvent.objects.create(topic="comment.posted", payload={"comment_id": 1})
        assert unfinished_work()
        transaction.set_rollback(True)
