from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.actions.changing import Change, change_state, touch_thread
from comments.actions.threads import open_thread
from comments.addresses import Page
from comments.markup import to_html
from comments.models import Comment, ModerationEvent, Revision, Thread
from comments.states import State
from comments.verdicts import Screened, screen_text
from core import idempotency, outbox
from core.errors import Conflict, NotFound, NotPermitted

_STATES = {
    Revision.Outcome.PUBLISH: State.PUBLISHED,
    Revision.Outcome.HOLD: State.HELD,
    Revision.Outcome.REJECT: State.REJECTED,
}


class ThreadClosed(NotPermitted):
    code = "thread_closed"
    title = _("This discussion is closed")


class CannotReply(Conflict):
    code = "cannot_reply"
    title = _("The comment you are answering is no longer there")


class EditWindowOver(Conflict):
    code = "edit_window_over"
    title = _("The time for editing this comment is over")


class AlreadyDecided(Conflict):
    code = "already_decided"
    title = _("The editors have decided on this comment; it cannot be edited any more")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a new comment hangs in the tree."""

    thread: Thread
    parent_id: int | None = None
    root_id: int | None = None
    answers_id: int | None = None
    depth: int = 0


@transaction.atomic(durable=True)
def post_comment(
    *,
    author: User,
    thread: Thread,
    text: str,
    parent_id: int | None = None,
    page: Page | None = None,
    idempotency_key: str = "",
) -> Comment:
    """`thread` may be one that nobody has opened yet: its first comment opens it."""
    text = as_stored(text)
    asked = {"thread": [thread.site.pk, thread.key], "text": text, "parent": parent_id}
    claim = idempotency.claim(user_id=author.pk, key=idempotency_key, request=asked)
    if claim.object_id is not None:
        return Comment.objects.get(pk=claim.object_id)
    thread = open_thread(thread, page)
    now = timezone.now()
    if thread.is_closed(now):
        raise ThreadClosed
    place = _place(thread, parent_id)
    found = screen_text(text, author=author, thread=thread, now=now)
    comment = _insert(place, author, text, found, now)
    claim.settle(comment.pk)
    if comment.state == State.PUBLISHED:
        touch_thread(thread.pk, published=1)
    return comment


def as_stored(text: str) -> str:
    """As typed, but for what PostgreSQL cannot hold and the line ends of forms."""
    return text.replace("\x00", "").replace("\r\n", "\n").strip()


def _place(thread: Thread, parent_id: int | None) -> _Place:
    """The parent stays locked, so that nobody removes it from under the reply."""
    if parent_id is None:
        return _Place(thread)
    parent = (
        Comment.objects.select_for_update(no_key=True).filter(pk=parent_id, thread=thread).first()
    )
    if parent is None:
        raise NotFound
    if parent.state != State.PUBLISHED:
        raise CannotReply
    root_id = parent.root_id or parent.pk
    if parent.depth < thread.settings.max_depth:
        return _Place(thread, parent.pk, root_id, None, parent.depth + 1)
    return _Place(thread, parent.parent_id, parent.root_id, parent.pk, parent.depth)


def _insert(place: _Place, author: User, text: str, found: Screened, now: datetime) -> Comment:
    state = _STATES[found.outcome]
    comment = Comment.objects.create(
        thread=place.thread,
        author=author,
        parent_id=place.parent_id,
        root_id=place.root_id,
        answers_id=place.answers_id,
        depth=place.depth,
        text=text,
        html=to_html(text),
        state=state,
        listed=state == State.PUBLISHED,
        published_at=now if state == State.PUBLISHED else None,
        decided_at=now if state == State.REJECTED else None,
    )
    Revision.objects.create(
        comment=comment, text=text, outcome=found.outcome, findings=found.findings
    )
    outbox.publish("comment.posted", comment_id=comment.pk)
    return comment


@transaction.atomic(durable=True)
def edit_comment(*, comment: Comment, author: User, text: str) -> Comment:
    """An edit never makes a comment more public than it was: what is held stays held."""
    text = as_stored(text)
    thread = comment.thread
    comment = Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
    now = timezone.now()
    require_editable(comment, thread, now)
    if text == comment.text:
        return comment
    found = screen_text(text, author=author, thread=thread, now=now, edited=comment)
    _revise(comment, text, found, now)
    if comment.state == State.PUBLISHED and found.outcome != Revision.Outcome.PUBLISH:
        return change_state(comment.pk, _HELD_AFTER_EDIT)
    if comment.state == State.PUBLISHED:
        touch_thread(thread.pk, published=0)
    return comment


_HELD_AFTER_EDIT = Change(
    action=ModerationEvent.Action.HELD, to=State.HELD, sources={State.PUBLISHED}, actor=None
)


def require_editable(comment: Comment, thread: Thread, now: datetime) -> None:
    if comment.decided_at is not None or comment.state not in {State.HELD, State.PUBLISHED}:
        raise AlreadyDecided
    if comment.created_at + thread.settings.edit_window < now:
        raise EditWindowOver


def _revise(comment: Comment, text: str, found: Screened, now: datetime) -> None:
    comment.text = text
    comment.html = to_html(text)
    comment.edited_at = now
    comment.revision_number += 1
    comment.save(update_fields=["text", "html", "edited_at", "revision_number"])
    Revision.objects.create(
        comment=comment,
        number=comment.revision_number,
        text=text,
        outcome=found.outcome,
        findings=found.findings,
    )
    outbox.publish("comment.edited", comment_id=comment.pk)


@transaction.atomic(durable=True)
def withdraw_comment(*, comment: Comment, author: User) -> Comment:
    """The tree stays: replies keep their place below a line that says what was here."""
    withdrawn = Change(
        action=ModerationEvent.Action.WITHDRAWN,
        to=State.WITHDRAWN,
        sources={State.HELD, State.PUBLISHED},
        actor=author,
    )
    return change_state(comment.pk, withdrawn)
