"""What lets a widget on a publication's own page act for a reader: in the discussions alone, from
one origin, for a month, and until the password changes."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.core import signing

from accounts.models import User
from comments.states import NoticeKind

_SALT = "comments.widget"
_UNSUBSCRIBING = "comments.unsubscribing"
_LASTS = timedelta(days=30)


def issue(user: User, origin: str) -> str:
    said = [user.pk, origin, user.get_session_auth_hash()]
    return signing.dumps(said, salt=_SALT)


def holder(token: str, origin: str) -> User | None:
    """Whose token it is; None for one that is forged, old, revoked or of another origin."""
    try:
        user_id, issued_to, auth_hash = signing.loads(token, salt=_SALT, max_age=_LASTS)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or issued_to != origin or auth_hash != user.get_session_auth_hash():
        return None
    return user


def for_unsubscribing(user: User, kinds: Iterable[NoticeKind]) -> str:
    """For the link in a letter: it works without signing in, and does nothing else."""
    return signing.dumps([user.pk, *kinds], salt=_UNSUBSCRIBING)


def unsubscribing(token: str) -> tuple[int, Sequence[NoticeKind]] | None:
    """Whose letters of which kinds are to stop; None for what is not such a token."""
    try:
        user_id, *kinds = signing.loads(token, salt=_UNSUBSCRIBING)
    except signing.BadSignature:
        return None
    return user_id, [NoticeKind(kind) for kind in kinds]
