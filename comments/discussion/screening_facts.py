"""Gather the facts about a text's author and thread for screening."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from accounts.models import User
from accounts.permissions import AccessContext
from comments.models import Comment, Thread
from comments.models.settings import JUDGED_COMMENTS, LARGEST_RATE
from comments.screening import Facts
from comments.screening.facts import Rate, SanctionKind
from comments.screening.fingerprints import Fingerprint
from core.statements import rows

_COMPARED_WITHIN = timedelta(days=7)
# Wider than the 12 bits of `screening.fingerprints`: the query only preselects, screening decides.
_SIMILAR_BITS = 16

# When the author last posted on the site, and when a text of theirs was rejected there.
_RECENT_TEXTS = """
    SELECT (SELECT coalesce(array_agg(extract(epoch FROM created_at)::float8), '{}')
              FROM (SELECT created_at
                      FROM comments_comment
                     WHERE author_id = %(author)s AND site_id = %(site)s AND id <> %(besides)s
                     ORDER BY id DESC LIMIT %(counted)s) posted),
           (SELECT coalesce(array_agg(extract(epoch FROM created_at)::float8), '{}')
              FROM (SELECT r.created_at
                      FROM comments_rejectedtext r
                      JOIN comments_thread t ON t.id = r.thread_id
                     WHERE r.author_id = %(author)s AND t.site_id = %(site)s
                     ORDER BY r.id DESC LIMIT %(counted)s) refused)
"""

# From the author's last hundred comments on the site: how many were published or turned down, and
# which of the last week are the same or nearly the same text. From other authors: the newest
# comment with the same text, found by an index, and the newest nearly equal one among the site's
# last 200, because no index finds similar fingerprints.
_EARLIER_COMMENTS = """
    WITH judged AS MATERIALIZED (
        SELECT id, created_at, state, digest, similarity, words
          FROM comments_comment
         WHERE author_id = %(author)s AND site_id = %(site)s AND id <> %(besides)s
         ORDER BY id DESC LIMIT %(judged)s
    ), alike AS (
        SELECT true AS own, created_at, digest, similarity, words
          FROM judged
         WHERE state <> 'withdrawn'
           AND (digest = %(digest)s
                OR bit_count((similarity # %(similarity)s)::bit(64)) <= %(alike)s)
         UNION ALL
        (SELECT false, created_at, digest, similarity, words
           FROM comments_comment
          WHERE digest = %(digest)s AND site_id = %(site)s
            AND author_id IS DISTINCT FROM %(author)s
          ORDER BY id DESC LIMIT 1)
         UNION ALL
        (SELECT false, created_at, digest, similarity, words
           FROM (SELECT *
                   FROM comments_comment
                  WHERE site_id = %(site)s
                  ORDER BY id DESC LIMIT 200) newest
          WHERE author_id IS DISTINCT FROM %(author)s
            AND bit_count((similarity # %(similarity)s)::bit(64)) <= %(alike)s
          ORDER BY id DESC LIMIT 1)
    )
    SELECT (SELECT count(*) FROM judged WHERE state = 'published'),
           (SELECT count(*) FROM judged WHERE state IN ('rejected', 'removed')),
           (SELECT json_agg(json_build_array(own, digest, similarity, words))::text
              FROM alike WHERE created_at > %(since)s)
"""


def author_facts(
    *,
    author: User,
    thread: Thread,
    access: AccessContext,
    now: datetime,
    rates: Iterable[Rate],
    edited: Comment | None = None,
) -> Facts:
    """Return what is known without the text.

    `rates` are the site's limits on posting: as many posts are read as the largest one counts, up
    to `LARGEST_RATE`.
    """
    largest = max((rate.most for rate in rates), default=0)
    parameters = _parameters(author, thread, edited) | {"counted": min(largest, LARGEST_RATE)}
    ((posts, refusals),) = rows(_RECENT_TEXTS, parameters)
    return Facts(
        registered_at=author.date_joined,
        mode=thread.effective_mode,
        closed=thread.is_closed(now),
        sanctions=frozenset(SanctionKind(sanction.kind) for sanction in access.sanctions),
        roles=access.roles,
        recent_posts=_times(posts),
        recent_refusals=_times(refusals),
    )


def add_text_facts(
    facts: Facts,
    fingerprint: Fingerprint,
    *,
    author: User,
    thread: Thread,
    now: datetime,
    edited: Comment | None = None,
) -> Facts:
    """Add the texts like this one, and how editors judged the author's comments.

    Trust looks at the person's last hundred comments: what was long ago is forgiven.
    """
    parameters = _parameters(author, thread, edited) | {
        "digest": fingerprint.digest,
        "similarity": fingerprint.similarity,
        "alike": _SIMILAR_BITS,
        "judged": JUDGED_COMMENTS,
        "since": now - _COMPARED_WITHIN,
    }
    ((published, rejected, serialized),) = rows(_EARLIER_COMMENTS, parameters)
    alike = list(_fingerprints(serialized))
    return replace(
        facts,
        own_recent=tuple(text for own, text in alike if own),
        site_recent=tuple(text for own, text in alike if not own),
        published=published,
        rejected=rejected,
    )


def _parameters(author: User, thread: Thread, edited: Comment | None) -> dict[str, Any]:
    return {
        "author": author.pk,
        "site": thread.site.pk,
        "besides": edited.pk if edited else 0,
    }


def _times(seconds: Iterable[float]) -> tuple[datetime, ...]:
    return tuple(datetime.fromtimestamp(at, UTC) for at in seconds)


def _fingerprints(alike: str | None) -> Iterable[tuple[bool, Fingerprint]]:
    for own, digest, similarity, words in orjson.loads(alike or "[]"):
        yield own, Fingerprint(digest, similarity, words)
