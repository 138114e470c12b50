"""What a person alone sees of a thread: their own comments that are not public, and why."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission, Person, may
from comments.models import Comment, ModerationEvent, Reaction, Rule, Thread
from comments.screening.reasons import Reason, sentence
from comments.states import State, Telling


@dataclass(frozen=True, slots=True)
class Hidden:
    """`rule` is the one that a decision rested on, where the author is told; `why` says what
    made a comment wait, and what to change if one would rather not."""

    comment: Comment
    rule: Rule | None
    why: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Mine:
    """`reactions` are by the comment's id; `editable` are the ids of comments that may be edited
    now; `id` and `name` are None and empty for somebody who is not signed in."""

    id: int | None
    name: str
    may_post: bool
    is_closed: bool
    hidden: Sequence[Hidden]
    editable: Collection[int]
    reactions: Mapping[int, str]


def mine_in(thread: Thread, person: Person) -> Mine:
    now = timezone.now()
    return Mine(
        id=person.pk,
        name=person.display_name if isinstance(person, User) else "",
        may_post=may(person, Permission.COMMENT, thread.site),
        is_closed=thread.is_closed(now),
        hidden=hidden_comments(thread, person),
        editable=editable_comments(thread, person, now),
        reactions=_reactions(thread, person),
    )


def _reactions(thread: Thread, person: Person) -> Mapping[int, str]:
    if not thread.is_opened or not isinstance(person, User):
        return {}
    mine = Reaction.objects.filter(user=person, comment__thread=thread)
    return dict(mine.values_list("comment_id", "kind"))


def editable_comments(thread: Thread, person: Person, now: datetime) -> Collection[int]:
    if not thread.is_opened or not isinstance(person, User):
        return frozenset()
    since = now - thread.settings.edit_window
    editable = Comment.objects.editable_of(thread, person, since)
    return frozenset(editable.values_list("pk", flat=True))


def hidden_comments(thread: Thread, person: Person) -> Sequence[Hidden]:
    if not thread.is_opened or not isinstance(person, User):
        return ()
    found = map(_as_told, Comment.objects.hidden_of(thread, person))
    return [hidden for hidden in found if hidden is not None]


def _as_told(comment: Comment) -> Hidden | None:
    """None where the editors chose not to tell."""
    if comment.state == State.HELD:
        return Hidden(comment, None, why_held(comment))
    decision = _last_event(comment)
    if decision is None:
        return Hidden(comment, None)
    return None if decision.telling == Telling.NOTHING else Hidden(comment, decision.rule)


def why_held(comment: Comment) -> Sequence[str]:
    """What screening tells the author of the text as it is now."""
    current = next(
        revision
        for revision in comment.revisions.all()
        if revision.number == comment.revision_number
    )
    return [
        sentence(Reason(phase["reason"]), phase["details"])
        for phase in current.verdict["phases"]
        if phase.get("reason")
    ]


def _last_event(comment: Comment) -> ModerationEvent | None:
    events = list(comment.events.all())
    return events[-1] if events else None
