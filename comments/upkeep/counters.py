"""The counters of threads and comments, held against what they count."""

import structlog
from django.db import transaction
from django.db.models import Count, F, IntegerField, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from comments.discussion.reactions import store_counts
from comments.models import Comment, Thread
from comments.states import ReactionKind, State

log = structlog.get_logger(__name__)


def reconcile() -> int:
    """Counters are kept in the transactions that they count, so a drift is a fault in the product:
    each is reported as an error, then put right. Returns how many there were."""
    # Compared without locks first, so that posting does not wait; what looks wrong is counted again
    # under one.
    threads = [_put_right(thread_id) for thread_id in _drifted_threads()]
    comments = [_recount(comment_id) for comment_id in _drifted_comments()]
    return sum(threads) + sum(comments)


def _drifted_threads() -> "QuerySet[Thread, int]":
    published = Count("comments", filter=Q(comments__state=State.PUBLISHED))
    drifted = Thread.objects.annotate(published=published).exclude(published=F("published_count"))
    return drifted.values_list("pk", flat=True)


def _drifted_comments() -> "QuerySet[Comment, int]":
    counted = Comment.objects.all()
    is_right = Q()
    for kind in ReactionKind:
        stored = Coalesce(Cast(KT(f"reaction_counts__{kind}"), IntegerField()), 0)
        true = Count("reactions", filter=Q(reactions__kind=kind))
        counted = counted.annotate(**{f"true_{kind}": true, f"stored_{kind}": stored})
        is_right &= Q(**{f"true_{kind}": F(f"stored_{kind}")})
    return counted.exclude(is_right).values_list("pk", flat=True)


@transaction.atomic
def _put_right(thread_id: int) -> bool:
    """Under the lock that every post waits for, so that what was only in flight is no drift."""
    thread = Thread.objects.select_for_update().get(pk=thread_id)
    published = thread.comments.filter(state=State.PUBLISHED).count()
    if published == thread.published_count:
        return False
    log.error("counter_drift", thread=thread_id, stored=thread.published_count, true=published)
    thread.published_count = published
    # The count is part of the prepared pages.
    thread.version += 1
    thread.save(update_fields=["published_count", "version"])
    return True


@transaction.atomic
def _recount(comment_id: int) -> bool:
    comment = Comment.objects.select_for_update(no_key=True).get(pk=comment_id)
    stored = comment.reaction_counts
    store_counts(comment)
    if comment.reaction_counts == stored:
        return False
    log.error("counter_drift", comment=comment_id, stored=stored, true=comment.reaction_counts)
    return True
