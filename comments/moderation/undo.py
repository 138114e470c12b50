from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, require
from comments.models import Comment, ModerationEvent, Rule
from comments.models.decisions import DecisionDetails
from comments.moderation.decisions import AGAINST
from comments.moderation.state_changes import Transition, change_state
from comments.states import State
from core.errors import Conflict

UNDO_WITHIN = timedelta(minutes=2)


class TooLateToUndo(Conflict):
    code = "too_late_to_undo"
    title = _("This decision cannot be undone any more; take another one instead")


@transaction.atomic(durable=True)
def undo_decision(*, comment: Comment, editor: User) -> Comment:
    """Undo the editor's own last decision within two minutes. The audit log keeps both events."""
    require(editor, Permission.MODERATE, comment.thread.site)
    comment = Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
    last = comment.events.order_by("id").last()
    if last is None or last.actor_id != editor.pk or timezone.now() - last.at > UNDO_WITHIN:
        raise TooLateToUndo
    before, made = State(last.from_state), State(last.to_state)
    # Undoing a `keep` has the same state before and after, so nothing tells how to take it back.
    if before == made and last.action == ModerationEvent.Action.UNDONE:
        raise TooLateToUndo
    # Removed or rejected again, it needs its rule again: the author is shown the newest event's.
    rule = Rule.objects.last_applied(comment.pk) if before in AGAINST else None
    change = Transition(
        action=ModerationEvent.Action.UNDONE,
        to=before,
        sources={made},
        actor=editor,
        expected=made,
        details=DecisionDetails(rule=rule),
        stays=before == made,
    )
    return change_state(comment.pk, change).comment
