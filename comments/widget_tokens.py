"""Tokens with which the widget on a publication's page acts for a reader: in discussions only, from
one origin, for a month, until the sign-in ends or the password changes."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.states import NotificationKind
from core import limits
from core.web.http import HttpRequest

_SALT = "comments.widget"
_UNSUBSCRIBING = "comments.unsubscribing"
_LASTS = timedelta(days=30)
_CODES = "comments.widget_codes"
_CODE_LASTS = timedelta(minutes=5)
_USED = _("This code was used already. Please sign in again.")


def issue(request: HttpRequest, user: User, origin: str) -> str:
    """Return a token tied to the sign-in of the request."""
    return _token(_session_of(request), user, origin)


def code_for(request: HttpRequest, user: User, origin: str, state: str) -> str:
    """Return a code that a page of `origin` can exchange for a token once, with the state that it
    made up before. The code travels in a URL, so it says nothing of the token or the state."""
    payload = [_session_of(request).pk, origin, _digest(state, user)]
    return signing.dumps(payload, salt=_CODES)


def exchange(code: str, origin: str, state: str) -> str | None:
    """Return the token for a code; None if the code is forged, expired or of another page.

    Raises `TooManyRequests` for a code that was used.
    """
    signed = _signed(code, origin, salt=_CODES, lasts=_CODE_LASTS)
    if signed is None:
        return None
    session, digest = signed
    # The state proves that this browser began the sign-in: a log of URLs may hold the code alone.
    if not constant_time_compare(digest, _digest(state, session.user)):
        return None
    seconds = int(_CODE_LASTS.total_seconds())
    limits.use_once("widget-code", digest, seconds=seconds, refusal=_USED)
    return _token(session, session.user, origin)


def _session_of(request: HttpRequest) -> UserSession:
    UserSession.objects.create_from_request(request)
    session: UserSession = UserSession.objects.get(session_key=request.session.session_key)
    return session


def _token(session: UserSession, user: User, origin: str) -> str:
    # The key of a session is never given away: the token is signed, not secret.
    payload = [session.pk, origin, user.get_session_auth_hash()]
    return signing.dumps(payload, salt=_SALT)


def _digest(state: str, user: User) -> str:
    # With the hash of the password, so that a changed one ends the code, too.
    secret = f"{user.get_session_auth_hash()}:{state}"
    return salted_hmac(_CODES, secret, algorithm="sha256").hexdigest()


def holder(token: str, origin: str) -> User | None:
    """Return the token's user; None if it is forged, expired, revoked or of another origin."""
    session = sign_in_behind(token, origin)
    return session.user if session else None


def sign_in_behind(token: str, origin: str) -> UserSession | None:
    signed = _signed(token, origin, salt=_SALT, lasts=_LASTS)
    if signed is None:
        return None
    session, auth_hash = signed
    # The hash changes with the password, so that a changed password ends every token.
    return session if auth_hash == session.user.get_session_auth_hash() else None


def _signed(
    value: str, origin: str, *, salt: str, lasts: timedelta
) -> tuple[UserSession, str] | None:
    """Return the sign-in behind a token or a code for `origin`, and the hash that it carries."""
    try:
        session_id, issued_to, digest = signing.loads(value, salt=salt, max_age=lasts)
    except signing.BadSignature:
        return None
    session = _active_session(session_id)
    return (session, digest) if session is not None and issued_to == origin else None


def _active_session(session_id: int) -> UserSession | None:
    sessions = UserSession.objects.select_related("user").filter(
        pk=session_id, user__is_active=True
    )
    session: UserSession | None = sessions.first()
    return session if session is not None and session.exists() else None


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
