"""Readers' reactions to a comment: set, remove, count, and the score of "best first"."""

from collections import Counter
from collections.abc import Mapping
from math import sqrt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, require, require_unsanctioned
from comments.models import Comment, Reaction
from comments.moderation.state_changes import touch_thread
from comments.reading.pages import reactions_shown
from comments.states import VOTES, ReactionKind, State
from core import limits
from core.errors import NotFound, NotPermitted
from core.limits import Limit

# Each reaction makes the stored pages of its thread stale, so a program is stopped.
_REACTIONS = Limit(act="reaction", seconds=60, per_account=60, per_network=600)
_TOO_OFTEN = _("You have rated very many comments. Please try again in a minute.")
_Z = 1.96  # the quantile of the normal distribution for 95%


class OwnCommentReacted(NotPermitted):
    code = "own_comment"
    title = _("You cannot rate your own comment")


@transaction.atomic(durable=True)
def react(*, comment: Comment, user: User, kind: ReactionKind, ip: str = "") -> Mapping[str, int]:
    """Set the user's one reaction to the comment; return how many there are of each kind.

    Another kind replaces the first; the same kind again changes nothing.
    """
    limits.count(_REACTIONS, account=user.pk, ip=ip, refusal=_TOO_OFTEN)
    require(user, Permission.COMMENT, comment.thread.site)
    require_unsanctioned(user, Permission.COMMENT, comment.thread.site, ip)
    if comment.author_id == user.pk:
        raise OwnCommentReacted
    comment = _locked(comment)
    if comment.state != State.PUBLISHED:
        raise NotFound
    before = Reaction.objects.filter(comment=comment, user=user).first()
    if before is None or before.kind != kind:
        Reaction.objects.update_or_create(comment=comment, user=user, defaults={"kind": kind})
        _recount(comment)
    return reactions_shown(comment)


@transaction.atomic(durable=True)
def remove_reaction(*, comment: Comment, user: User) -> Mapping[str, int]:
    """Remove the user's reaction, if there is one; return how many remain of each kind.

    A sanction does not prevent this: everybody may take back what is theirs.
    """
    limits.count(_REACTIONS, account=user.pk, refusal=_TOO_OFTEN)
    comment = _locked(comment)
    deleted, _by_model = Reaction.objects.filter(comment=comment, user=user).delete()
    if deleted:
        _recount(comment)
    return reactions_shown(comment)


def store_counts(comment: Comment) -> None:
    """Count the comment's reactions and save the counts with the score."""
    comment.reaction_counts = dict(Counter(comment.reactions.values_list("kind", flat=True)))
    comment.score = score(comment.reaction_counts)
    comment.save(update_fields=["reaction_counts", "score"])


def score(counts: Mapping[str, int]) -> float:
    """Return how good a comment is by its reactions, as `VOTES` counts them."""
    votes: Counter[int] = Counter()
    for kind, count in counts.items():
        votes[VOTES[ReactionKind(kind)]] += count
    return wilson(votes[1], votes[-1])


def wilson(up: int, down: int) -> float:
    """Return the lower bound of Wilson's interval for the share up / (up + down).

    Few votes leave the interval wide, so one vote of one does not beat ninety of a hundred.
    """
    total = up + down
    if not total:
        return 0.0
    share, spread = up / total, _Z * _Z / total
    margin = _Z * sqrt((share * (1 - share) + spread / 4) / total)
    return max(0.0, (share + spread / 2 - margin) / (1 + spread))


def _locked(comment: Comment) -> Comment:
    # Reactions to one comment are counted one after the other: two at once would each store a
    # count without the other. `no_key` lets other transactions insert replies to the comment.
    return Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)


def _recount(comment: Comment) -> None:
    store_counts(comment)
    # The stored pages of the thread show the counts; a new version makes them stale.
    touch_thread(comment.thread_id, published=0)
