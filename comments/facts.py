"""What screening is told of a text's author and place, gathered in one statement."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import User
from accounts.permissions import ActiveSanction, roles_of
from comments.models import Comment, Thread
from comments.screening import Facts
from comments.screening.facts import Restriction
from comments.screening.fingerprints import Fingerprint
from comments.states import State

_SAID_WITHIN = timedelta(days=7)


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
    besides = edited.pk if edited else None
    rows = Comment.objects.said_before(said, author, thread.site, besides=besides)
    return [
        _Said(own, at, State(state), Fingerprint(digest, similarity, words))
        for own, at, state, digest, similarity, words in rows
    ]
