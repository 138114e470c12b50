"""A post written in one statement: the comment, its revision, its event, its key, its counter.

The statement is the whole transaction, if no other is open. It writes nothing if what the post was
judged by has changed: the author has sent another text, the parent is gone, or another request with
the same idempotency key was quicker. PostgreSQL waits for whoever is changing one of these, and
then looks at its newest version. The thread's row, which the posts of one thread wait for, is
locked no longer than the commit takes.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from accounts.models import User
from comments.discussion.screen_text import Screened
from comments.discussion.turns import TAKE_TURN
from comments.models import Comment, Thread
from comments.states import Placeholder, State
from comments.text.markup import to_html
from comments.text.mentions import mentions_in
from core import outbox
from core.changes import THREADS
from core.idempotency import CLAIM, RequestKey, key_values
from core.statements import rows


@dataclass(frozen=True, slots=True)
class Place:
    """The position of a new comment in the tree."""

    thread: Thread
    parent_id: int | None = None
    root_id: int | None = None
    in_reply_to_id: int | None = None
    depth: int = 0

    @property
    def replied_id(self) -> int | None:
        """The comment that is answered; its reply may stand next to it."""
        return self.in_reply_to_id or self.parent_id


_POST = f"""
    WITH turn AS ({TAKE_TURN}), parent AS (
        SELECT id
          FROM comments_comment
         WHERE id = %(replied)s::bigint AND thread_id = %(thread)s AND state = 'published'
           FOR NO KEY UPDATE
    ), made AS MATERIALIZED (
        SELECT nextval('comments_comment_id_seq') AS id
          FROM turn
         WHERE %(replied)s::bigint IS NULL OR EXISTS (SELECT FROM parent)
    ), claimed AS ({CLAIM}), posted AS (
        INSERT INTO comments_comment (
            id, site_id, thread_id, author_id, parent_id, root_id, in_reply_to_id, depth,
            text, html, digest, similarity, words, revision_number,
            state, placeholder, listed, awaits_external_review, created_at, published_at,
            reaction_counts, score
        ) SELECT
            id, %(site)s, %(thread)s, %(author)s, %(parent)s, %(root)s, %(in_reply_to)s, %(depth)s,
            %(text)s, %(html)s, %(digest)s, %(similarity)s, %(words)s, 1,
            %(state)s, %(placeholder)s, %(listed)s, %(awaits_external_review)s, %(now)s,
            %(published_at)s, '{{}}', 0
          FROM made
         WHERE %(key_owner)s::bigint IS NULL OR EXISTS (SELECT FROM claimed)
     RETURNING id
    ), revised AS (
        INSERT INTO comments_revision (comment_id, number, text, verdict, created_at)
        SELECT id, 1, %(text)s, %(verdict)s::jsonb, %(now)s FROM posted
    ), told AS (
        INSERT INTO core_outboxevent (topic, payload, request_id, created_at)
        SELECT %(topic)s, jsonb_build_object('comment_id', id), %(request_id)s, now() FROM posted
    ), counted AS (
        UPDATE comments_thread
           SET version = version + 1, published_count = published_count + 1
         WHERE id = %(thread)s AND %(listed)s AND EXISTS (SELECT FROM posted)
    )
    SELECT id FROM posted
"""  # noqa: S608 — the parts are our own


def insert_comment(
    place: Place,
    author: User,
    screened: Screened,
    *,
    state: State,
    now: datetime,
    turn: int,
    key: RequestKey | None,
) -> Comment | None:
    """Write the comment, and tell the others once that is committed.

    Return None if the author's turn, the parent or the key was taken by somebody else.
    """
    is_published = state == State.PUBLISHED
    comment = Comment(
        site=place.thread.site,
        thread=place.thread,
        author=author,
        parent_id=place.parent_id,
        root_id=place.root_id,
        in_reply_to_id=place.in_reply_to_id,
        depth=place.depth,
        text=screened.text,
        html=to_html(screened.text, mentions_in(screened.text, place.thread)),
        digest=screened.fingerprint.digest,
        similarity=screened.fingerprint.similarity,
        words=screened.fingerprint.words,
        state=state,
        listed=is_published,
        awaits_external_review=screened.verdict.awaits_external_review_only,
        created_at=now,
        published_at=now if is_published else None,
    )
    parameters: dict[str, Any] = {
        "site": place.thread.site.pk,
        "thread": place.thread.pk,
        "author": author.pk,
        "parent": place.parent_id,
        "root": place.root_id,
        "in_reply_to": place.in_reply_to_id,
        "depth": place.depth,
        "text": comment.text,
        "html": comment.html,
        "digest": comment.digest,
        "similarity": comment.similarity,
        "words": comment.words,
        "state": state.value,
        "placeholder": Placeholder(comment.placeholder).value,
        "listed": is_published,
        "awaits_external_review": comment.awaits_external_review,
        "now": now,
        "published_at": comment.published_at,
        "verdict": orjson.dumps(screened.verdict.as_json()).decode(),
        "turn": turn,
        "replied": place.replied_id,
        **key_values(key),
        **outbox.columns_of("comment.posted"),
    }
    for (comment.pk,) in rows(_POST, parameters):
        break
    else:
        return None
    outbox.nudge_after_commit()
    if is_published:
        THREADS.announce(place.thread.pk)
    # The row exists now, so that a later `save()` on this object updates it and does not insert.
    comment._state.adding = False
    return comment
