"""The queues of the desk: what is in them, how many, and what finding it costs."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from comments.actions import Decision, decide
from comments.discussion.screen_text import TextRefused
from comments.models import Comment, CommentSettings, RejectedText
from comments.moderation import queues
from comments.querysets.comments import CommentFilter
from comments.states import DecisionKind, Queue
from comments.upkeep.retention import prune_rejected_texts
from tests.support.database_owner import owner_cursor

pytestmark = pytest.mark.django_db


def search(site, words):
    page = queues.queue_page(
        site, Queue.NEWEST, cursor="", comment_filter=CommentFilter(words=words)
    )
    return [comment.text for comment in page.items]


def test_every_queue_is_counted_by_its_own_query(site, thread, say, editor, rulebook):
    for number in range(3):
        say(f"Слово {number}")
    decide(
        comment=say("Долой"),
        decision=Decision(DecisionKind.REMOVE, rule_code="insults"),
        editor=editor,
    )
    thread.mode = "premoderated"
    for number in range(2):
        say(f"Жду {number}")
    decide(
        comment=say("Нет"),
        decision=Decision(DecisionKind.REJECT, rule_code="insults"),
        editor=editor,
    )
    counts = queues.counts(site)
    assert (counts[Queue.HELD], counts[Queue.PUBLISHED]) == (2, 3)
    assert (counts[Queue.REJECTED], counts[Queue.REMOVED]) == (1, 1)
    for queue, count in counts.items():
        assert len(queues.queue_page(site, queue, cursor="").items) == count


def test_archive_is_counted_to_a_thousand(site, fill):
    fill(1_001)
    shown = {tab.queue: tab.count for tab in queues.tabs(site)}
    assert (shown[Queue.PUBLISHED], shown[Queue.HELD]) == ("1000+", "0")


def test_search_knows_forms_of_words_in_both_languages(site, say):
    say("Построили новую подстанцию")
    say("The editors were running late")
    assert search(site, "подстанции") == ["Построили новую подстанцию"]
    assert search(site, "editor runs") == ["The editors were running late"]
    assert search(site, "подстанции -новая") == []


@pytest.mark.django_db(transaction=True)
def test_search_and_queues_are_answered_by_their_indexes(site, say, fill):
    fill(1_000)
    say("Построили новую подстанцию")
    comment_filter = Comment.objects.all().matching(CommentFilter(words="подстанции"))
    with owner_cursor() as cursor:
        cursor.execute("ANALYZE comments_comment")
    with transaction.atomic():
        connection.cursor().execute("SET LOCAL enable_seqscan = off")
        assert "comment_search" in comment_filter.explain()
        assert "comment_queue" in Comment.objects.in_queue(site, Queue.REMOVED).explain()


def test_refused_texts_are_kept_as_long_as_the_publication_says(site, say, settings_of_site):
    CommentSettings.objects.update(rejected_texts_kept_days=30, min_length=5)
    settings_of_site.refresh_from_db()
    for text in ("раз", "два"):
        with pytest.raises(TextRefused):
            say(text)
    old = RejectedText.objects.first()
    RejectedText.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))
    prune_rejected_texts()
    assert RejectedText.objects.get().text == "два"
