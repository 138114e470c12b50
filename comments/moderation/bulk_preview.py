"""The comments that a bulk decision would affect, before it is made."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from comments.models import Comment
from comments.querysets.comments import BulkTarget
from comments.states import State
from core.models import Site

_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Selection:
    """`comments` are the newest of them; `counts` are of all."""

    comments: Sequence[Comment]
    counts: Sequence[tuple[State, int]]

    @property
    def total(self) -> int:
        return sum(count for _state, count in self.counts)


def selection(site: Site, target: BulkTarget) -> Selection:
    comments = Comment.objects.in_target(site, target)
    by_state = comments.order_by().values_list("state").annotate(Count("pk"))
    return Selection(
        comments=list(comments.for_desk().order_by("-id")[:_SHOWN]),
        counts=[(State(state), count) for state, count in by_state],
    )
