from datetime import timedelta

from allauth.idp.oidc.models import Client, Token
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.actions.history import record_event
from accounts.models import AccountEvent, User
from accounts.permissions import FreshProof, require_proof, require_superuser
from core.audit import actor_fields
from core.bounds import Bound, bounded


@transaction.atomic(durable=True)
def end_session(*, user: User, session: UserSession, proof: FreshProof) -> None:
    """End another of a person's sessions. Who has borrowed one must not end the owner's."""
    require_proof(user, proof)
    end_this_session(user=user, session=session)


@transaction.atomic
def end_this_session(*, user: User, session: UserSession) -> None:
    """Sign out: end the session that makes the request."""
    session.end()
    record_event(user=user, action=AccountEvent.Action.SESSION_ENDED, evidence={})


@transaction.atomic(durable=True)
def end_all_sessions(*, user: User, actor: User | None) -> int:
    """Sign a person out everywhere, the widget included; return how many sessions that were.

    For superusers, and for a command, which has no actor.
    """
    if actor is not None:
        require_superuser(actor)
    return end_sessions_of(user, actor)


def end_sessions_of(user: User, actor: User | None) -> int:
    """In the caller's transaction; return how many sessions that were."""
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    AccountEvent.objects.create(
        user=user,
        action=AccountEvent.Action.SESSION_ENDED,
        evidence={"count": len(sessions)},
        **actor_fields(actor),
    )
    return len(sessions)


@bounded(client_id=Bound(100))
@transaction.atomic(durable=True)
def revoke_other_site(*, user: User, client_id: str) -> None:
    """Take back from another site all that it got to ask who the person is."""
    tokens = Token.objects.filter(user=user, client_id=client_id)
    name = Client.objects.filter(pk=client_id).values_list("name", flat=True).first()
    if tokens.delete()[0]:
        record_event(
            user=user, action=AccountEvent.Action.OTHER_SITE_ENDED, evidence={"site": name}
        )


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
