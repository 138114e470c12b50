"""Gather the facts about a text's author and thread for screening."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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

# From the author's last comments on the site: when they were posted; and of the last hundred, how
# many were published or turned down, and which of the last week are the same or nearly the same
# text. A rate above a hundred needs more posting times, but must not make trust look further back.
# From
# other authors: the newest comment with the same text, found by an index, and the newest nearly
# equal one among the site's last 200, because no index finds similar fingerprints.
_EARLIER_COMMENTS = """
    WITH own AS MATERIALIZED (
        SELECT id, created_at, state, digest, similarity, words
          FROM comments_comment
         WHERE author_id = %(author)s AND site_id = %(site)s AND id <> %(besides)s
         ORDER BY id DESC LIMIT %(counted)s
    ), judged AS MATERIALIZED (
        SELECT * FROM own ORDER BY id DESC LIMIT %(judged)s
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
    SELECT (SELECT coalesce(array_agg(extract(epoch FROM created_at)::float8), '{}') FROM own),
           (SELECT count(*) FROM judged WHERE state = 'published'),
           (SELECT count(*) FROM judged WHERE state IN ('rejected', 'removed')),
           (SELECT json_agg(json_build_array(own, digest, similarity, words))::text
              FROM alike WHERE created_at > %(since)s)
"""


@dataclass(frozen=True, slots=True)
class _Earlier:
    """The result. `alike` holds the same and nearly the same texts: whether the text is
    the author's own, and its fingerprint."""

    posts: Sequence[float]
    published: int
    rejected: int
    alike: Sequence[tuple[bool, Fingerprint]]


def gather_facts(
    fingerprint: Fingerprint,
    *,
    author: User,
    thread: Thread,
    access: AccessContext,
    now: datetime,
    rates: Iterable[Rate],
    edited: Comment | None = None,
) -> Facts:
    """Trust looks at the person's last hundred comments: what was long ago is forgiven.

    `rates` are the site's limits on posting: as many posts are read as the largest one counts, up
    to `LARGEST_RATE`.
    """
    largest = max((rate.most for rate in rates), default=0)
    counted = min(max(largest, JUDGED_COMMENTS), LARGEST_RATE)
    earlier = _earlier(fingerprint, author, thread, now=now, edited=edited, counted=counted)
    return Facts(
        registered_at=author.date_joined,
        mode=thread.effective_mode,
        closed=thread.is_closed(now),
        sanctions=frozenset(SanctionKind(sanction.kind) for sanction in access.sanctions),
        roles=access.roles,
        recent_posts=tuple(datetime.fromtimestamp(at, UTC) for at in earlier.posts),
        own_recent=tuple(text for own, text in earlier.alike if own),
        site_recent=tuple(text for own, text in earlier.alike if not own),
        published=earlier.published,
        rejected=earlier.rejected,
    )


def _earlier(
    fingerprint: Fingerprint,
    author: User,
    thread: Thread,
    *,
    now: datetime,
    edited: Comment | None,
    counted: int,
) -> _Earlier:
    parameters: Mapping[str, Any] = {
        "author": author.pk,
        "site": thread.site.pk,
        "besides": edited.pk if edited else 0,
        "digest": fingerprint.digest,
        "similarity": fingerprint.similarity,
        "alike": _SIMILAR_BITS,
        "counted": counted,
        "judged": JUDGED_COMMENTS,
        "since": now - _COMPARED_WITHIN,
    }
    posts, published, rejected, alike = rows(_EARLIER_COMMENTS, parameters)[0]
    return _Earlier(posts, published, rejected, list(_fingerprints(alike)))


def _fingerprints(alike: str | None) -> Iterable[tuple[bool, Fingerprint]]:
    for own, digest, similarity, words in orjson.loads(alike or "[]"):
        yield own, Fingerprint(digest, similarity, words)
