"""A post written in one statement: the comment, its revision, its event, its key, its counter.

One journey instead of five, and the thread's row, which the posts of one thread wait for, is locked
no longer than the commit takes.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from accounts.models import User
from comments.discussion.screen_text import Screened
from comments.models import Comment, Thread
from comments.states import Placeholder, State
from comments.text.markup import to_html
from comments.text.mentions import mentions_in
from core import idempotency, outbox
from core.changes import THREADS
from core.statements import rows


@dataclass(frozen=True, slots=True)
class Place:
    """The position of a new comment in the tree."""

    thread: Thread
    parent_id: int | None = None
    root_id: int | None = None
    in_reply_to_id: int | None = None
    depth: int = 0


_POST = """
    WITH posted AS (
        INSERT INTO comments_comment (
            site_id, thread_id, author_id, parent_id, root_id, in_reply_to_id, depth,
            text, html, digest, similarity, words, revision_number,
            state, placeholder, listed, awaits_external_review, created_at, published_at,
            reaction_counts, score
        ) VALUES (
            %(site)s, %(thread)s, %(author)s, %(parent)s, %(root)s, %(in_reply_to)s, %(depth)s,
            %(text)s, %(html)s, %(digest)s, %(similarity)s, %(words)s, 1,
            %(state)s, %(placeholder)s, %(listed)s, %(awaits_external_review)s, %(now)s,
            %(published_at)s, '{}', 0
        ) RETURNING id
    ), revised AS (
        INSERT INTO comments_revision (comment_id, number, text, verdict, created_at)
        SELECT id, 1, %(text)s, %(verdict)s::jsonb, %(now)s FROM posted
    ), told AS (
        INSERT INTO core_outboxevent (topic, payload, request_id, created_at)
        SELECT %(topic)s, jsonb_build_object('comment_id', id), %(request_id)s, now() FROM posted
    ), settled AS (
        UPDATE core_idempotencykey SET object_id = posted.id
          FROM posted WHERE core_idempotencykey.id = %(claim)s
    ), counted AS (
        UPDATE comments_thread
           SET version = version + 1, published_count = published_count + 1
         WHERE id = %(thread)s AND %(listed)s
    )
    SELECT id FROM posted
"""


def insert_comment(
    place: Place,
    author: User,
    screened: Screened,
    *,
    state: State,
    now: datetime,
    claim: idempotency.KeyClaim,
) -> Comment:
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
        "claim": claim.row_id,
    }
    parameters |= outbox.about_to_publish("comment.posted")
    ((comment.pk,),) = rows(_POST, parameters)
    if is_published:
        THREADS.announce(place.thread.pk)
    # The row exists now, so that a later `save()` on this object updates it and does not insert.
    comment._state.adding = False
    return comment
