from dataclasses import dataclass
from math import sqrt

from django.db import transaction

from accounts.models import User
from comments.models import Comment, Reaction
from comments.moderation.state_changes import touch_thread

_Z = 1.96  # the quantile of the normal distribution for 95%


@dataclass(frozen=True, slots=True)
class Tally:
    up: int
    down: int


@transaction.atomic(durable=True)
def react(*, comment: Comment, user: User, kind: Reaction.Kind) -> Tally:
    """One reaction a person: another kind replaces the first, the same again changes nothing."""
    comment = _locked(comment)
    before = Reaction.objects.filter(comment=comment, user=user).first()
    if before is not None and before.kind == kind:
        return Tally(comment.up, comment.down)
    Reaction.objects.update_or_create(comment=comment, user=user, defaults={"kind": kind})
    return _counted(comment)


@transaction.atomic(durable=True)
def take_back(*, comment: Comment, user: User) -> Tally:
    comment = _locked(comment)
    deleted, _by_model = Reaction.objects.filter(comment=comment, user=user).delete()
    return _counted(comment) if deleted else Tally(comment.up, comment.down)


def wilson(up: int, down: int) -> float:
    """How good a comment surely is: the lower bound of Wilson's interval for up / (up + down).

    Few votes leave the interval wide, so one vote of one does not beat ninety of a hundred.
    """
    total = up + down
    if not total:
        return 0.0
    share, spread = up / total, _Z * _Z / total
    margin = _Z * sqrt((share * (1 - share) + spread / 4) / total)
    return max(0.0, (share + spread / 2 - margin) / (1 + spread))


def _locked(comment: Comment) -> Comment:
    return Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)


def _counted(comment: Comment) -> Tally:
    kinds = list(comment.reactions.values_list("kind", flat=True))
    comment.up = kinds.count(Reaction.Kind.UP)
    comment.down = kinds.count(Reaction.Kind.DOWN)
    comment.score = wilson(comment.up, comment.down)
    comment.save(update_fields=["up", "down", "score"])
    touch_thread(comment.thread_id, published=0)
    return Tally(comment.up, comment.down)
