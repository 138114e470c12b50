"""The desk's view of a person and of a discussion."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import NameChange, Sanction, User
from accounts.permissions import ActiveSanction, active_sanctions
from comments.models import (
    Comment,
    ModerationEvent,
    RejectedText,
    Report,
    Thread,
    ThreadEvent,
    UserNote,
)
from comments.states import State
from core.models import Site
from core.paging import Page, page

_SHOWN = 30
# A branch may have thousands of replies, so only the nearest ones are shown.
_BEFORE = 12
_AFTER = 8


@dataclass(frozen=True, slots=True)
class UserSummary:
    """A person with their comment counts by state and their active sanctions."""

    person: User
    counts: Sequence[tuple[State, int]]
    sanctions: Sequence[ActiveSanction]


@dataclass(frozen=True, slots=True)
class UserHistory:
    """All that editors know of a person; the newest first everywhere.

    `sanctions` are those that are over, too, with their events. `refused` are texts that screening
    turned away. `names` are the names that the person gave up."""

    summary: UserSummary
    notes: Sequence[UserNote]
    sanctions: Sequence[Sanction]
    events: Sequence[ModerationEvent]
    reports: Sequence[Report]
    refused: Sequence[RejectedText]
    names: Sequence[NameChange]


@dataclass(frozen=True, slots=True)
class Conversation:
    """`earlier` and `later` are how many more the branch has on either side."""

    said: Sequence[Comment]
    earlier: int
    later: int


@dataclass(frozen=True, slots=True)
class ThreadHistory:
    """A discussion's comment counts by state and its audit events."""

    counts: Sequence[tuple[State, int]]
    events: Sequence[ThreadEvent]


def thread_history(thread: Thread) -> ThreadHistory:
    by_state = dict(Comment.objects.states_in(thread))
    return ThreadHistory(
        counts=[(state, by_state.get(state, 0)) for state in State],
        events=list(thread.events.order_by("-id")[:_SHOWN]),
    )


def user_summary(person: User, site: Site) -> UserSummary:
    by_state = dict(Comment.objects.states_of(person, site))
    counts = [(state, by_state.get(state, 0)) for state in State]
    return UserSummary(person, counts, active_sanctions(person, site, timezone.now()))


def user_history(person: User, site: Site) -> UserHistory:
    events = ModerationEvent.objects.filter(comment__author=person, comment__thread__site=site)
    newest = events.select_related("comment", "rule__version").order_by("-id")
    sanctions = Sanction.objects.filter(user=person, site=site).prefetch_related("events")
    sanctions = sanctions.select_related("copied_from__user").prefetch_related("copies__user")
    notes = UserNote.objects.filter(user=person, site=site)
    refused = RejectedText.objects.filter(author=person, thread__site=site)
    names = NameChange.objects.filter(event__user=person).select_related("event")
    return UserHistory(
        summary=user_summary(person, site),
        notes=list(notes[:_SHOWN]),
        sanctions=list(sanctions[:_SHOWN]),
        events=list(newest[:_SHOWN]),
        reports=list(Report.objects.made_by(person, site)[:_SHOWN]),
        refused=list(refused.select_related("thread").order_by("-id")[:_SHOWN]),
        names=list(names.order_by("-id")[:_SHOWN]),
    )


def sanction_page(site: Site, *, cursor: str) -> Page[Sanction]:
    """Those imposed last first, over or not."""
    imposed = Sanction.objects.filter(site=site).select_related("user", "imposed_by")
    imposed = imposed.select_related("copied_from__user").prefetch_related("copies__user")
    return page(imposed, order=["-id"], cursor=cursor, size=_SHOWN)


def conversation(comment: Comment) -> Conversation:
    branch = Comment.objects.around(comment)
    before = branch.filter(pk__lt=comment.pk, depth__gt=0)
    after = branch.filter(pk__gt=comment.pk)
    shown_before = list(before.order_by("-id")[:_BEFORE])[::-1]
    shown_after = list(after[:_AFTER])
    # The root says what the branch is about, so it is shown however many replies lie between.
    root = list(branch.filter(depth=0)) if comment.depth else []
    return Conversation(
        said=[*root, *shown_before, comment, *shown_after],
        earlier=before.count() - len(shown_before),
        later=after.count() - len(shown_after),
    )
