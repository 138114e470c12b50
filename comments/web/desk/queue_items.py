"""A comment as the desk shows it in a queue."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext

from accounts.models import User
from comments.actions import possible
from comments.models import Comment, ModerationEvent
from comments.moderation.live import viewers_of
from comments.moderation.undo import UNDO_WITHIN
from comments.states import DecisionKind, State
from core.errors import DomainError


@dataclass(frozen=True, slots=True)
class QueueItem:
    """`viewed_by` is another editor who has it open; `error`, and the `note` and `explanation` that
    were typed, come back from a refusal."""

    comment: Comment
    viewed_by: str = ""
    is_done: bool = False
    last_event: ModerationEvent | None = None
    error: DomainError | None = None
    note: str = ""
    explanation: str = ""

    @property
    def author_name(self) -> str:
        return str(self.comment.author or gettext("Former reader"))

    @property
    def name(self) -> str:
        """Return a name for the comment's buttons, distinct among the author's other comments."""
        created_at = timezone.localtime(self.comment.created_at)
        return f"{self.author_name}, {date_format(created_at, 'H:i:s')}"

    @property
    def can_go_against(self) -> bool:
        return not {DecisionKind.REJECT, DecisionKind.REMOVE}.isdisjoint(self.decisions)

    @property
    def outcome(self) -> str:
        """The last event in words: «Удалён: Оскорбления и травля»."""
        event = self.last_event
        if event is None:
            return ""
        words = capfirst(event.get_action_display())
        return f"{words}: {event.rule.title}" if event.rule else words

    @property
    def announcement(self) -> str:
        """The sentence for screen readers after a decision, or after it was undone."""
        if self.is_done:
            sentence = gettext("%(outcome)s. The comment by %(author)s is done.")
            return sentence % {"outcome": self.outcome, "author": self.author_name}
        event = self.last_event
        if event is None or event.action != ModerationEvent.Action.UNDONE or self.error:
            return ""
        sentence = gettext("Undone. The comment by %(author)s is %(state)s again.")
        return sentence % {
            "author": self.author_name,
            "state": State(self.comment.state).label,
        }

    @property
    def decisions(self) -> Sequence[DecisionKind]:
        reported = bool(self.comment.open_reports)
        return possible(State(self.comment.state), reported=reported)

    @property
    def undo_seconds(self) -> int:
        return int(UNDO_WITHIN.total_seconds())


def queue_items(comments: Sequence[Comment], editor: User) -> Sequence[QueueItem]:
    # One query for the whole page, which has thirty comments.
    viewers = viewers_of(editor, [comment.pk for comment in comments])
    return [QueueItem(comment, viewers.get(comment.pk, "")) for comment in comments]


def queue_item(
    comment: Comment,
    editor: User,
    *,
    error: DomainError | None = None,
    note: str = "",
    explanation: str = "",
) -> QueueItem:
    """Done, if the editor has just decided it and may still undo that."""
    last = comment.events.select_related("rule").last()
    return QueueItem(
        comment,
        viewed_by=viewers_of(editor, [comment.pk]).get(comment.pk, ""),
        is_done=error is None and _is_undoable(last, editor),
        last_event=last,
        error=error,
        note=note,
        explanation=explanation,
    )


def _is_undoable(event: ModerationEvent | None, editor: User) -> bool:
    if event is None or event.actor_id != editor.pk:
        return False
    was_undone = event.action == ModerationEvent.Action.UNDONE
    return not was_undone and timezone.now() - event.at < UNDO_WITHIN
