"""The counters of threads and comments, held against what they count."""

import structlog
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet

from comments.discussion.reactions import wilson
from comments.models import Comment, Reaction, Thread
from comments.states import State

log = structlog.get_logger(__name__)


def reconcile() -> int:
    """Counters are kept in the transactions that they count, so a drift is a fault in the product:
    each is reported as an error, then put right. Returns how many there were."""
    threads = [_put_right(thread_id) for thread_id in _drifted_threads()]
    comments = [_recount(comment_id) for comment_id in _drifted_comments()]
    return sum(threads) + sum(comments)


def _drifted_threads() -> "QuerySet[Thread, int]":
    published = Count("comments", filter=Q(comments__state=State.PUBLISHED))
    drifted = Thread.objects.annotate(published=published).exclude(published=F("published_count"))
    return drifted.values_list("pk", flat=True)


def _drifted_comments() -> "QuerySet[Comment, int]":
    up = Count("reactions", filter=Q(reactions__kind=Reaction.Kind.UP))
    down = Count("reactions", filter=Q(reactions__kind=Reaction.Kind.DOWN))
    counted = Comment.objects.annotate(ups=up, downs=down)
    return counted.exclude(ups=F("up"), downs=F("down")).values_list("pk", flat=True)


@transaction.atomic
def _put_right(thread_id: int) -> bool:
    """Under the lock that every post waits for, so that what was only in flight is no drift."""
    thread = Thread.objects.select_for_update().get(pk=thread_id)
    published = thread.comments.filter(state=State.PUBLISHED).count()
    if published == thread.published_count:
        return False
    log.error("counter_drift", thread=thread_id, stored=thread.published_count, true=published)
    thread.published_count = published
    thread.version += 1
    thread.save(update_fields=["published_count", "version"])
    return True


@transaction.atomic
def _recount(comment_id: int) -> bool:
    comment = Comment.objects.select_for_update(no_key=True).get(pk=comment_id)
    kinds = list(comment.reactions.values_list("kind", flat=True))
    up, down = kinds.count(Reaction.Kind.UP), kinds.count(Reaction.Kind.DOWN)
    if (up, down) == (comment.up, comment.down):
        return False
    log.error("counter_drift", comment=comment_id, stored=[comment.up, comment.down])
    comment.up, comment.down, comment.score = up, down, wilson(up, down)
    comment.save(update_fields=["up", "down", "score"])
    return True
