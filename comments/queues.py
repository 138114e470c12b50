"""The queues of the desk: what an editor goes through, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass

from comments.models import Comment
from comments.querysets import Sought
from comments.states import Queue
from core.models import Site
from core.paging import Page, page

SIZE = 30
# What waits for somebody; the others are archives, which nobody counts.
_WORK = frozenset({Queue.HELD})


NOTHING_SOUGHT = Sought()


@dataclass(frozen=True, slots=True)
class Tab:
    queue: Queue
    count: int | None


def queue_page(
    site: Site, queue: Queue, *, cursor: str, sought: Sought = NOTHING_SOUGHT
) -> Page[Comment]:
    comments = Comment.objects.in_queue(site, queue).matching(sought).for_desk()
    return page(comments, order=["-id"], cursor=cursor, size=SIZE)


def waiting(site: Site, queue: Queue) -> int:
    return Comment.objects.in_queue(site, queue).count()


def tabs(site: Site) -> Sequence[Tab]:
    return [Tab(queue, waiting(site, queue) if queue in _WORK else None) for queue in Queue]
