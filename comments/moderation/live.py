"""Changes by other editors while a queue is open on an editor's screen."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from comments.models import Comment, EditorClaim, ModerationEvent
from comments.states import State
from core.models import Site


@dataclass(frozen=True, slots=True)
class CommentUpdate:
    """`decision` is the record's newest entry where the comment is not as the screen shows it."""

    comment_id: int
    viewed_by: str = ""
    decision: ModerationEvent | None = None


def viewers_of(editor: User, comment_ids: Collection[int]) -> Mapping[int, str]:
    """Return the name of the other editor who claims each comment."""
    claims = EditorClaim.objects.filter(comment__in=comment_ids, expires_at__gt=timezone.now())
    names = claims.exclude(editor=editor).values_list("comment_id", "editor__display_name")
    return dict(names)


def updates(site: Site, editor: User, shown: Mapping[int, str]) -> Sequence[CommentUpdate]:
    """`shown`: the comments on the screen, each with the state that it is shown in."""
    # The ids come from the browser: those of other sites are dropped here.
    states = Comment.objects.on_site(site).filter(pk__in=shown).values_list("pk", "state")
    changed = [pk for pk, state in states if state != shown[pk]]
    decisions = _newest_events(changed)
    viewers = viewers_of(editor, shown.keys())
    return [CommentUpdate(pk, viewers.get(pk, ""), decisions.get(pk)) for pk, _state in states]


def arrived(site: Site, newest: int) -> int:
    """How many comments wait that came after the newest one on the screen."""
    held = Comment.objects.on_site(site).filter(state=State.HELD, pk__gt=newest)
    return held.count()


def _newest_events(comment_ids: Collection[int]) -> Mapping[int, ModerationEvent]:
    events = ModerationEvent.objects.filter(comment__in=comment_ids).select_related("rule")
    newest = events.order_by("comment_id", "-id").distinct("comment_id")
    return {event.comment_id: event for event in newest}
