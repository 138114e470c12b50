from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.actions.history import record_event
from accounts.models import AccountEvent, User
from core.bounds import Bound, bounded


@transaction.atomic(durable=True)
def end_session(*, user: User, session: UserSession) -> None:
    session.end()
    record_event(user=user, action=AccountEvent.Action.SESSION_ENDED, evidence={})


@bounded(language=Bound(10))
@transaction.atomic(durable=True)
def set_language(*, user: User, language: str) -> None:
    """Set the language of e-mails; pages follow the switch on them."""
    user.language = language
    user.save(update_fields=["language"])


@transaction.atomic(durable=True)
def set_shortcuts(*, user: User, uses_shortcuts: bool) -> None:
    """Switch the keys on or off that act without Ctrl or Alt."""
    user.uses_shortcuts = uses_shortcuts
    user.save(update_fields=["uses_shortcuts"])


def prune_sessions() -> None:
    """Delete expired sessions with what visitors typed into them, and what is known of their
    browsers (IP addresses, user agents)."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    is_alive = Exists(Session.objects.filter(session_key=OuterRef("session_key")))
    # A session is stored at the end of the request that signs in, its browser a moment before.
    signed_in_before = timezone.now() - timedelta(hours=1)
    UserSession.objects.filter(~is_alive, created_at__lt=signed_in_before).delete()
