"""Tokens with which the widget on a publication's page acts for a reader: in discussions only, from
one origin, for a month, until the sign-in ends or the password changes."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.core import signing

from accounts.models import User
from comments.states import NotificationKind
from core.web.http import HttpRequest

_SALT = "comments.widget"
_UNSUBSCRIBING = "comments.unsubscribing"
_LASTS = timedelta(days=30)


def issue(request: HttpRequest, user: User, origin: str) -> str:
    """Return a token tied to the sign-in of the request."""
    UserSession.objects.create_from_request(request)
    session = UserSession.objects.get(session_key=request.session.session_key)
    # The key of a session is never given away: the token is signed, not secret.
    payload = [session.pk, origin, user.get_session_auth_hash()]
    return signing.dumps(payload, salt=_SALT)


def holder(token: str, origin: str) -> User | None:
    """Return the token's user; None if it is forged, expired, revoked or of another origin."""
    session = sign_in_behind(token, origin)
    return session.user if session else None


def sign_in_behind(token: str, origin: str) -> UserSession | None:
    try:
        session_id, issued_to, auth_hash = signing.loads(token, salt=_SALT, max_age=_LASTS)
    except signing.BadSignature:
        return None
    sessions = UserSession.objects.select_related("user").filter(
        pk=session_id, user__is_active=True
    )
    session: UserSession | None = sessions.first()
    if session is None or issued_to != origin or not session.exists():
        return None
    # The hash changes with the password, so that a changed password ends every token.
    return session if auth_hash == session.user.get_session_auth_hash() else None


def for_unsubscribing(user: User, kinds: Iterable[NotificationKind]) -> str:
    """Return the token of an unsubscribe link. It works without signing in and for nothing else."""
    return signing.dumps([user.pk, *kinds], salt=_UNSUBSCRIBING)


def unsubscribing(token: str) -> tuple[int, Sequence[NotificationKind]] | None:
    """Return the person and the kinds of e-mail to stop; None for an invalid token."""
    try:
        user_id, *kinds = signing.loads(token, salt=_UNSUBSCRIBING)
    except signing.BadSignature:
        return None
    return user_id, [NotificationKind(kind) for kind in kinds]
