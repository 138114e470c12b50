"""What an editor sees of a person: who it is, what became of their comments, what was decided."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from accounts.permissions import ActiveSanction, active_sanctions
from comments.models import Comment, ModerationEvent
from comments.states import State
from core.models import Site

_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Dossier:
    person: User
    counts: Sequence[tuple[State, int]]
    sanctions: Sequence[ActiveSanction]
    events: Sequence[ModerationEvent]


def dossier(person: User, site: Site) -> Dossier:
    found = dict(Comment.objects.states_of(person, site))
    events = ModerationEvent.objects.filter(comment__author=person, comment__thread__site=site)
    return Dossier(
        person=person,
        counts=[(state, found.get(state, 0)) for state in State],
        sanctions=active_sanctions(person, site, timezone.now()),
        events=list(events.select_related("comment", "rule__version").order_by("-id")[:_SHOWN]),
    )
