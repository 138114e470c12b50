"""Effects of changing and erasing an account on its comments."""

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from comments.models import Comment, Complaint, EditorClaim, ModerationEvent, RejectedText, Revision
from comments.moderation.state_changes import Transition, change_state, touch_thread
from comments.states import ComplaintSource, State
from webhooks import actions as webhooks

_WITHDRAWN = Transition(
    action=ModerationEvent.Action.WITHDRAWN,
    to=State.WITHDRAWN,
    sources={State.HELD, State.PUBLISHED},
    actor=None,
)


def refresh_author(*, user_id: int) -> None:
    """Drop the prepared pages that show the person's name and mark."""
    # Thread by thread: none waits for another.
    for thread_id in sorted(_threads(Comment.objects.filter(author=user_id))):
        touch_thread(thread_id, published=0)


@transaction.atomic
def erase_author(*, user: User, keeps_comments: bool) -> None:
    """Anonymise or remove the comments of an account within the transaction that erases it.

    Kept comments lose only their author. Held ones are withdrawn in either case, because no author
    is left to notify. Removed ones leave a placeholder where replies need it. The audit log stays,
    without the person.
    """
    mine = Comment.objects.filter(author=user)
    # All of them before any thread: a reply holds its parent while it waits for the thread.
    list(mine.select_for_update(no_key=True).order_by("id").values_list("pk"))
    # Rejected and removed ones show no text, so they keep their state.
    leaving = [State.HELD] if keeps_comments else [State.HELD, State.PUBLISHED]
    shown = _threads(mine)
    for comment_id in mine.filter(state__in=leaving).order_by("id").values_list("pk", flat=True):
        change_state(comment_id, _WITHDRAWN)
    if not keeps_comments:
        Revision.objects.filter(comment__author=user).update(text="")
        mine.update(text="", html="", digest="", similarity=0, words=0)
        passed_on = Complaint.objects.filter(comment__author=user, source=ComplaintSource.COMMENT)
        passed_on.update(text="")
    # Before the author is unlinked: afterwards nothing says which comments were the person's.
    webhooks.forget(about=[f"comment:{pk}" for pk in mine.values_list("pk", flat=True)])
    mine.update(author=None)
    _forget_acts(user)
    for thread_id in sorted(shown):
        touch_thread(thread_id, published=0)


def _threads(comments: QuerySet[Comment]) -> set[int]:
    return set(comments.filter(listed=True).values_list("thread", flat=True))


def _forget_acts(user: User) -> None:
    """Delete rejected texts and claims. Reactions remain only as counts."""
    RejectedText.objects.filter(author=user).delete()
    EditorClaim.objects.filter(editor=user).delete()
