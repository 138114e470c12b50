from allauth.usersessions.models import UserSession
from django.db import transaction

from accounts.actions.history import record_event
from accounts.models import AccountEvent, User


@transaction.atomic(durable=True)
def end_session(*, user: User, session: UserSession) -> None:
    session.end()
    record_event(user=user, action=AccountEvent.Action.SESSION_ENDED, evidence={})


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
