"""The queues of the desk: what an editor goes through, newest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from comments.models import Appeal, Comment, Complaint, Thread
from comments.models.threads import settings_of
from comments.querysets.comments import CommentFilter
from comments.states import AppealStatus, Queue
from core.models import Site
from core.paging import Page, page

SIZE = 30
# An archive grows without end, and counting all of it would make each page of the desk slower.
MOST_COUNTED = 1_000

NO_FILTER = CommentFilter()


@dataclass(frozen=True, slots=True)
class Tab:
    """A queue with its count as displayed: a number, or «1000+»."""

    queue: Queue
    count: str


def queue_page(
    site: Site,
    queue: Queue,
    *,
    cursor: str,
    comment_filter: CommentFilter = NO_FILTER,
    oldest_first: bool = False,
) -> Page[Comment]:
    comments = Comment.objects.in_queue(site, queue).matching(comment_filter).for_desk()
    order = ["id"] if oldest_first else ["-id"]
    return page(comments, order=order, cursor=cursor, size=SIZE)


def thread_page(site: Site, words: str, mode: str, *, cursor: str) -> Page[Thread]:
    """The discussions, those opened last first."""
    threads = Thread.objects.matching(site, words, mode, settings_of(site), timezone.now())
    return page(threads, order=["-id"], cursor=cursor, size=SIZE)


def appeals_page(site: Site, status: AppealStatus, *, cursor: str) -> Page[Appeal]:
    """Open appeals come oldest first, decided ones newest first."""
    # Authors wait for an answer, so the appeal that has waited longest comes first.
    order = ["id"] if status == AppealStatus.OPEN else ["-id"]
    appeals = Appeal.objects.on_site(site).filter(status=status).for_desk()
    return page(appeals, order=order, cursor=cursor, size=SIZE)


def open_appeals(site: Site) -> int:
    return Appeal.objects.on_site(site).filter(status=AppealStatus.OPEN).count()


def complaints_page(site: Site, *, cursor: str) -> Page[Complaint]:
    return page(Complaint.objects.on_desk(site), order=["-id"], cursor=cursor, size=SIZE)


def count(site: Site, queue: Queue) -> int:
    """By the queue's own query; `MOST_COUNTED` and one more where there are more than that."""
    return Comment.objects.in_queue(site, queue)[: MOST_COUNTED + 1].count()


def counts(site: Site) -> Mapping[Queue, int]:
    # The newest are all comments of the site: their number says nothing about work to do.
    return {queue: count(site, queue) for queue in Queue if queue != Queue.NEWEST}


def tabs(site: Site) -> Sequence[Tab]:
    counted = counts(site)
    return [Tab(queue, _shown(counted[queue]) if queue in counted else "") for queue in Queue]


def _shown(number: int) -> str:
    return str(number) if number <= MOST_COUNTED else f"{MOST_COUNTED}+"
