"""The comments that a bulk decision would affect, before it is made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from accounts.models import User
from comments.models import Comment
from comments.states import State
from core.models import Site

_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Chosen:
    """Comments by their ids, and all that a person has written since a time."""

    ids: Sequence[int] = ()
    person: User | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """`comments` are the first ones; `counts` are of them all."""

    comments: Sequence[Comment]
    counts: Sequence[tuple[State, int]]

    @property
    def total(self) -> int:
        return sum(count for _state, count in self.counts)


def selection(site: Site, chosen: Chosen) -> Selection:
    person_id = chosen.person.pk if chosen.person else None
    found = Comment.objects.chosen(site, chosen.ids, person_id, chosen.since)
    by_state = found.order_by().values_list("state").annotate(Count("pk"))
    return Selection(
        comments=list(found.for_desk().order_by("-id")[:_SHOWN]),
        counts=[(State(state), count) for state, count in by_state],
    )
