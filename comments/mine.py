"""What a person alone sees of a thread: their own comments that are not public, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission, Person, may
from comments.models import Comment, ModerationEvent, Reaction, Rule, Thread
from comments.states import State, Telling


@dataclass(frozen=True, slots=True)
class Hidden:
    """`rule` is the one that a decision rested on, where the author is told."""

    comment: Comment
    rule: Rule | None


@dataclass(frozen=True, slots=True)
class Mine:
    """`reactions` are by the comment's id."""

    may_post: bool
    is_closed: bool
    hidden: Sequence[Hidden]
    reactions: Mapping[int, str]


def mine_in(thread: Thread, person: Person) -> Mine:
    return Mine(
        may_post=may(person, Permission.COMMENT, thread.site),
        is_closed=thread.is_closed(timezone.now()),
        hidden=hidden_comments(thread, person),
        reactions=_reactions(thread, person),
    )


def _reactions(thread: Thread, person: Person) -> Mapping[int, str]:
    if not thread.is_opened or not isinstance(person, User):
        return {}
    mine = Reaction.objects.filter(user=person, comment__thread=thread)
    return dict(mine.values_list("comment_id", "kind"))


def hidden_comments(thread: Thread, person: Person) -> Sequence[Hidden]:
    if not thread.is_opened or not isinstance(person, User):
        return ()
    found = map(_as_told, Comment.objects.hidden_of(thread, person))
    return [hidden for hidden in found if hidden is not None]


def _as_told(comment: Comment) -> Hidden | None:
    """None where the editors chose not to tell."""
    if comment.state == State.HELD:
        return Hidden(comment, None)
    decision = _last_event(comment)
    if decision is None:
        return Hidden(comment, None)
    return None if decision.telling == Telling.NOTHING else Hidden(comment, decision.rule)


def _last_event(comment: Comment) -> ModerationEvent | None:
    events = list(comment.events.all())
    return events[-1] if events else None
