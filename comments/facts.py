"""What screening is told of a text's author and place, gathered in one statement."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from accounts.models import User
from accounts.permissions import ActiveSanction, roles_of
from comments.models import Comment, Thread
from comments.screening import Facts
from comments.screening.facts import Restriction
from comments.screening.fingerprints import Fingerprint
from comments.states import State

_SAID_WITHIN = timedelta(days=7)
# Wider than what screening calls alike: it decides.
_ALIKE_BITS = 16

# The author's last comments here, the newest of others with the same text, and the newest with
# nearly the same among the last of all. Written out, for the ORM takes longer to write it than
# PostgreSQL to answer it, and every post waits for it.
_SAID_BEFORE = """
    (SELECT true, c.created_at, c.state, c.digest, c.similarity, c.words
       FROM comments_comment c
      WHERE c.author_id = %(author)s AND c.site_id = %(site)s AND c.id <> %(besides)s
      ORDER BY c.id DESC LIMIT 100)
    UNION ALL
    (SELECT false, c.created_at, c.state, c.digest, c.similarity, c.words
       FROM comments_comment c
      WHERE c.digest = %(digest)s AND c.site_id = %(site)s
        AND c.author_id IS DISTINCT FROM %(author)s
      ORDER BY c.id DESC LIMIT 1)
    UNION ALL
    (SELECT false, n.created_at, n.state, n.digest, n.similarity, n.words
       FROM (SELECT c.*
               FROM comments_comment c
              WHERE c.site_id = %(site)s
              ORDER BY c.id DESC LIMIT 200) n
      WHERE n.author_id IS DISTINCT FROM %(author)s
        AND bit_count((n.similarity # %(similarity)s)::bit(64)) <= %(alike)s
      ORDER BY n.id DESC LIMIT 1)
"""


@dataclass(frozen=True, slots=True)
class _Said:
    """One earlier comment, by the same person or alike."""

    own: bool
    at: datetime
    state: State
    fingerprint: Fingerprint


def gather(
    said: Fingerprint,
    *,
    author: User,
    thread: Thread,
    sanctions: Collection[ActiveSanction],
    now: datetime,
    edited: Comment | None = None,
) -> Facts:
    """Trust looks at the person's last hundred comments: what was long ago is forgiven."""
    earlier = _earlier(said, author, thread, edited)
    own = [one for one in earlier if one.own]
    standing = [one.state for one in own]
    return Facts(
        registered_at=author.date_joined,
        mode=thread.effective_mode,
        closed=thread.is_closed(now),
        restrictions=frozenset(Restriction(sanction.kind) for sanction in sanctions),
        roles=roles_of(author, thread.site),
        recent_posts=tuple(one.at for one in own),
        own_recent=_recent((one for one in own if one.state != State.WITHDRAWN), now),
        site_recent=_recent((one for one in earlier if not one.own), now),
        published=standing.count(State.PUBLISHED),
        rejected=standing.count(State.REJECTED) + standing.count(State.REMOVED),
    )


def _recent(said: Iterable[_Said], now: datetime) -> tuple[Fingerprint, ...]:
    return tuple(one.fingerprint for one in said if now - one.at < _SAID_WITHIN)


def _earlier(
    said: Fingerprint, author: User, thread: Thread, edited: Comment | None
) -> Sequence[_Said]:
    asked: Mapping[str, str | int] = {
        "author": author.pk,
        "site": thread.site.pk,
        "besides": edited.pk if edited else 0,
        "digest": said.digest,
        "similarity": said.similarity,
        "alike": _ALIKE_BITS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SAID_BEFORE, asked)
        rows = cursor.fetchall()
    return [
        _Said(own, at, State(state), Fingerprint(digest, similarity, words))
        for own, at, state, digest, similarity, words in rows
    ]
