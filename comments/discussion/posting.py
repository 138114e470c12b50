from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, require
from comments.discussion._insert import Place, insert_comment
from comments.discussion.screen_text import Screened, screen_text
from comments.discussion.screening_facts import Parent, circumstances
from comments.discussion.threads import open_thread
from comments.discussion.turns import take_turn
from comments.models import Comment, ModerationEvent, RejectedText, Revision, Thread
from comments.models.settings import LONGEST_COMMENT
from comments.moderation.external_review import open_external_review
from comments.moderation.state_changes import Transition, change_state, touch_thread
from comments.page_urls import CommentedPage
from comments.screening import Outcome
from comments.states import State
from comments.text.markup import to_html
from comments.text.mentions import mentions_in
from core import idempotency, limits, outbox
from core.bounds import Bound, bounded
from core.errors import Busy, Conflict, NotFound
from core.idempotency import RequestKey
from core.limits import Limit

# A person corrects a comment a few times; each edit is screened like a new comment.
_EDITS = Limit(act="comment-edit", seconds=60, per_account=20, per_network=200)
# Each account has the limits of the publication. A school or a newsroom is one network, and a whole
# class may join one discussion.
_POSTS = Limit(act="comment-post", seconds=60, per_network=120)
_MANY_POSTS = _("Very many comments are coming from your network. Please try again in a minute.")
_MANY_EDITS = _("You have edited your comments very often. Please try again in a minute.")
# Of a rejected text its beginning is stored, in as many code points as times the longest comment.
_STORED_BEGINNING = 2

STATES_AFTER_SCREENING = {Outcome.PUBLISH: State.PUBLISHED, Outcome.HOLD: State.HELD}


class CannotReply(Conflict):
    code = "cannot_reply"
    title = _("The comment you are answering is no longer there")


class EditWindowOver(Conflict):
    code = "edit_window_over"
    title = _("The time for editing this comment is over")


class AlreadyDecided(Conflict):
    code = "already_decided"
    title = _("The editors have decided on this comment; it cannot be edited any more")


@bounded(page=Bound(1_000), idempotency_key=Bound(4_000))
def post_comment(
    *,
    author: User,
    thread: Thread,
    text: str,
    parent_id: int | None = None,
    page: CommentedPage | None = None,
    ip: str = "",
    idempotency_key: str = "",
) -> Comment:
    """Post a comment. An unsaved `thread` is created before its first comment.

    The beginning of a text that screening rejects is stored, and the error is raised after that is
    committed.
    """
    require(author, Permission.COMMENT, thread.site)
    limits.count(_POSTS, ip=ip, refusal=_MANY_POSTS)
    text = normalise_text(text)
    request = {"thread": [thread.site.pk, thread.key], "text": text, "parent": parent_id}
    key = idempotency.request_key(user_id=author.pk, key=idempotency_key, request=request)
    if parent_id is not None and not thread.is_opened:
        raise NotFound
    if page is not None or not thread.is_opened:
        with transaction.atomic(durable=True):
            thread = open_thread(thread, page)
    post = _Post(author, thread, text, parent_id, ip, key)
    result = _posted(post)
    for _try in range(_TRIES):
        if result is not None:
            break
        # What the text was judged by has changed. Now the author's other texts wait.
        with transaction.atomic(durable=True):
            take_turn(author)
            result = _posted(post)
    if result is None:
        raise Busy
    if isinstance(result, Screened):
        # The error is raised outside of the transaction: inside, it would roll back the stored text
        # that an editor may want to see.
        raise result.refusal()
    return result


# Somebody else may remove the parent, or use the key, at the very moment of each.
_TRIES = 3


@dataclass(frozen=True, slots=True)
class _Post:
    author: User
    thread: Thread
    text: str
    parent_id: int | None
    ip: str
    key: RequestKey | None


def _posted(post: _Post) -> Comment | Screened | None:
    """Judge the text and store it. Return the comment, or what screening rejected.

    None if what it was judged by has changed meanwhile, and nothing is stored.
    """
    author, thread, now = post.author, post.thread, timezone.now()
    known = circumstances(
        author=author,
        thread=thread,
        ip=post.ip,
        now=now,
        parent_id=post.parent_id,
        key=post.key,
    )
    if (comment_id := idempotency.made_before(post.key, known.first)) is not None:
        return Comment.objects.get(pk=comment_id)
    place = _place(thread, post.parent_id, known.parent)
    screened = screen_text(post.text, author=author, thread=thread, now=now, known=known)
    if screened.is_refused:
        with transaction.atomic():
            if not take_turn(author, after=known.turn):
                return None
            record_rejected_text(screened, thread, author)
        return screened
    insert = partial(
        insert_comment,
        place,
        author,
        screened,
        state=STATES_AFTER_SCREENING[screened.verdict.outcome],
        now=now,
        turn=known.turn,
        key=post.key,
    )
    if not screened.verdict.requires_external_review:
        return insert()
    with transaction.atomic():
        comment = insert()
        if comment is not None:
            open_external_review(comment, now)
    return comment


def normalise_text(text: str) -> str:
    """Return the text without NUL, which PostgreSQL cannot store, and with Unix line ends."""
    return text.replace("\x00", "").replace("\r\n", "\n").strip()


def _place(thread: Thread, parent_id: int | None, parent: Parent | None) -> Place:
    if parent_id is None:
        return Place(thread)
    if parent is None:
        raise NotFound
    if parent.state != State.PUBLISHED:
        raise CannotReply
    root_id = parent.root_id or parent_id
    # A reply below the deepest level becomes a sibling of its parent; `in_reply_to` keeps the link.
    if parent.depth < thread.settings.max_depth:
        return Place(thread, parent_id, root_id, None, parent.depth + 1)
    return Place(thread, parent.parent_id, parent.root_id, parent_id, parent.depth)


def record_rejected_text(
    screened: Screened, thread: Thread, author: User, comment: Comment | None = None
) -> None:
    """Store what an editor may want to see, unless the author sends too much of it.

    Each stored text counts as a post, so that a person can store no more than they may post.
    """
    if screened.is_refused_by_rate:
        return
    beginning = min(thread.settings.max_length, LONGEST_COMMENT) * _STORED_BEGINNING
    RejectedText.objects.create(
        thread=thread,
        author=author,
        comment=comment,
        text=screened.text[:beginning],
        verdict=screened.verdict.as_json(),
    )


def edit_comment(*, comment: Comment, author: User, text: str, ip: str = "") -> Comment:
    """Replace the text of a comment and screen it again.

    A comment that only screening held is published if the new text passes. A new text that
    screening rejects is stored as a rejected text, and the comment keeps the old one.
    """
    _require_own(comment, author)
    require(author, Permission.COMMENT, comment.thread.site)
    limits.count(_EDITS, account=author.pk, ip=ip, refusal=_MANY_EDITS)
    with transaction.atomic(durable=True):
        text = normalise_text(text)
        take_turn(author)
        thread = comment.thread
        comment = Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
        now = timezone.now()
        require_editable(comment, thread, now)
        if text == comment.text:
            return comment
        known = circumstances(author=author, thread=thread, ip=ip, now=now, edited=comment)
        screened = screen_text(
            text, author=author, thread=thread, now=now, known=known, edited=comment
        )
        if not screened.is_refused:
            return _edit(comment, screened, now)
        record_rejected_text(screened, thread, author, comment)
    raise screened.refusal()


def _edit(comment: Comment, screened: Screened, now: datetime) -> Comment:
    _revise(comment, screened, now)
    if screened.verdict.requires_external_review:
        open_external_review(comment, now)
    if comment.state == State.PUBLISHED and screened.verdict.outcome == Outcome.HOLD:
        return change_state(comment.pk, _HELD_AFTER_EDIT).comment
    # A comment that was public before was held by readers' reports or by an editor. Editing must
    # not be a way around them.
    was_never_public = comment.state == State.HELD and comment.published_at is None
    if was_never_public and screened.verdict.outcome == Outcome.PUBLISH:
        return change_state(comment.pk, _CLEARED_BY_EDIT).comment
    # The text on the public page has changed, so its stored snapshots must not be served any more.
    if comment.state == State.PUBLISHED:
        touch_thread(comment.thread_id, published=0)
    return comment


_HELD_AFTER_EDIT = Transition(
    action=ModerationEvent.Action.HELD, to=State.HELD, sources={State.PUBLISHED}, actor=None
)
_CLEARED_BY_EDIT = Transition(
    action=ModerationEvent.Action.CLEARED, to=State.PUBLISHED, sources={State.HELD}, actor=None
)


def _require_own(comment: Comment, author: User) -> None:
    if comment.author_id != author.pk:
        raise NotFound


def require_editable(comment: Comment, thread: Thread, now: datetime) -> None:
    if comment.decided_at is not None or comment.state not in {State.HELD, State.PUBLISHED}:
        raise AlreadyDecided
    if comment.created_at + thread.settings.edit_window < now:
        raise EditWindowOver


def _revise(comment: Comment, screened: Screened, now: datetime) -> None:
    comment.text = screened.text
    comment.html = to_html(screened.text, mentions_in(screened.text, comment.thread))
    comment.digest = screened.fingerprint.digest
    comment.similarity = screened.fingerprint.similarity
    comment.words = screened.fingerprint.words
    comment.edited_at = now
    comment.revision_number += 1
    # An external review may publish only what nothing but screening held.
    only_screening = comment.state == State.PUBLISHED or comment.published_at is None
    comment.awaits_external_review = only_screening and screened.verdict.awaits_external_review_only
    comment.save(
        update_fields=[
            *("text", "html", "digest", "similarity", "words"),
            *("edited_at", "revision_number", "awaits_external_review"),
        ]
    )
    Revision.objects.create(
        comment=comment,
        number=comment.revision_number,
        text=screened.text,
        verdict=screened.verdict.as_json(),
    )
    outbox.publish("comment.edited", comment_id=comment.pk)


@transaction.atomic(durable=True)
def withdraw_comment(*, comment: Comment, author: User) -> Comment:
    """The tree stays: replies keep their place below a line that says what was here."""
    _require_own(comment, author)
    withdrawn = Transition(
        action=ModerationEvent.Action.WITHDRAWN,
        to=State.WITHDRAWN,
        sources={State.HELD, State.PUBLISHED},
        actor=author,
    )
    return change_state(comment.pk, withdrawn).comment
