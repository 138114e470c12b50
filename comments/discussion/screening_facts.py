"""Gather the facts about a text's author and thread for screening."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from accounts.models import User
from accounts.permissions import ACCESS, AccessContext, access_from, access_values
from comments.discussion.screening_policy import policy_of
from comments.models import Comment, Thread
from comments.models.settings import JUDGED_COMMENTS, LARGEST_RATE
from comments.screening import Facts
from comments.screening.facts import SanctionKind
from comments.screening.fingerprints import Fingerprint
from comments.states import State
from core.idempotency import FIRST_REQUEST, FirstRequest, RequestKey, key_values
from core.statements import rows

_COMPARED_WITHIN = timedelta(days=7)
# Wider than the 12 bits of `screening.fingerprints`: the query only preselects, screening decides.
_SIMILAR_BITS = 16

# Everything that is known without the text, in one statement: so it is one moment's, and the turn
# tells later whether it still holds. The times are those of the author's texts on the site that a
# limit on posting may count; `first` is what was made with this idempotency key.
_CIRCUMSTANCES = f"""
    SELECT (SELECT number FROM comments_authorturn WHERE author_id = %(author)s),
           (SELECT json_agg(json_build_array(id, kind, message, ends_at))::text
              FROM ({ACCESS}) access),
           (SELECT coalesce(array_agg(extract(epoch FROM created_at)::float8), '{{}}')
              FROM (SELECT created_at
                      FROM comments_comment
                     WHERE author_id = %(author)s AND site_id = %(site)s AND id <> %(besides)s
                     ORDER BY id DESC LIMIT %(counted)s) posted
             WHERE created_at > %(counted_since)s),
           (SELECT coalesce(array_agg(extract(epoch FROM created_at)::float8), '{{}}')
              FROM (SELECT r.created_at
                      FROM comments_rejectedtext r
                      JOIN comments_thread t ON t.id = r.thread_id
                     WHERE r.author_id = %(author)s AND t.site_id = %(site)s
                     ORDER BY r.id DESC LIMIT %(counted)s) refused
             WHERE created_at > %(counted_since)s),
           (SELECT array[state::text, depth::text, root_id::text, parent_id::text]
              FROM comments_comment
             WHERE id = %(parent)s::bigint AND thread_id = %(thread)s),
           (SELECT array[fingerprint::text, object_id::text] FROM ({FIRST_REQUEST}) first)
"""  # noqa: S608 — the parts are our own

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


@dataclass(frozen=True, slots=True)
class Parent:
    """The comment that a reply answers."""

    state: State
    depth: int
    root_id: int | None
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What decides about a text besides its words; `turn` is the author's, see `turns.py`.

    `posted` and `refused` are the times of the author's texts as far as a limit may count them.
    `first` is the earlier request with the same idempotency key.
    """

    turn: int
    access: AccessContext
    posted: tuple[datetime, ...]
    refused: tuple[datetime, ...]
    parent: Parent | None
    first: FirstRequest | None


def circumstances(
    *,
    author: User,
    thread: Thread,
    ip: str,
    now: datetime,
    edited: Comment | None = None,
    parent_id: int | None = None,
    key: RequestKey | None = None,
) -> Circumstances:
    """Read them. `ip` is the request's IP address, for sanctions on IP ranges, or "".

    As many texts are read as the largest of the site's limits on posting counts, up to
    `LARGEST_RATE`, and as far back as the longest one counts.
    """
    rates = policy_of(thread.settings, thread.site).rates
    longest = max((rate.within for rate in rates), default=timedelta())
    values = {
        **_parameters(author, thread, edited),
        **access_values(author, thread.site, now, ip),
        **key_values(key),
        "counted": min(max((rate.most for rate in rates), default=0), LARGEST_RATE),
        "counted_since": now - longest,
        "parent": parent_id,
        "thread": thread.pk,
    }
    ((turn, access, posted, refused, parent, first),) = rows(_CIRCUMSTANCES, values)
    return Circumstances(
        turn or 0,
        access_from(_access_rows(access), author, thread.site),
        _times(posted),
        _times(refused),
        _parent(parent),
        FirstRequest(first[0], int(first[1]) if first[1] else None) if first else None,
    )


def author_facts(author: User, thread: Thread, now: datetime, known: Circumstances) -> Facts:
    """Return what is known without the text."""
    return Facts(
        registered_at=author.date_joined,
        mode=thread.effective_mode,
        closed=thread.is_closed(now),
        sanctions=frozenset(SanctionKind(sanction.kind) for sanction in known.access.sanctions),
        roles=known.access.roles,
        recent_posts=known.posted,
        recent_refusals=known.refused,
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


def _access_rows(serialized: str | None) -> Iterable[tuple[Any, ...]]:
    for pk, kind, message, ends_at in orjson.loads(serialized or "[]"):
        yield pk, kind, message, datetime.fromisoformat(ends_at) if ends_at else None


def _parent(values: Sequence[str | None] | None) -> Parent | None:
    if values is None:
        return None
    state, *numbers = values
    depth, root_id, parent_id = (int(one) if one else None for one in numbers)
    return Parent(State(str(state)), depth or 0, root_id, parent_id)


def _times(seconds: Iterable[float]) -> tuple[datetime, ...]:
    return tuple(datetime.fromtimestamp(at, UTC) for at in seconds)


def _fingerprints(alike: str | None) -> Iterable[tuple[bool, Fingerprint]]:
    for own, digest, similarity, words in orjson.loads(alike or "[]"):
        yield own, Fingerprint(digest, similarity, words)
