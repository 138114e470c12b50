"""Act on a proof that an e-mail address belongs to the person who signs in."""

from collections.abc import Iterator
from contextlib import contextmanager

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts import names
from accounts.actions.consents import ConsentSource, record_answers
from accounts.models import AccountEvent, ConsentRecord, ConsentText, User
from core.audit import own_act_fields
from core.errors import Conflict

_SOURCE = ConsentSource("another proof of the address")


class CodeLapsed(Conflict):
    code = "code_lapsed"
    title = _("This code is no longer valid")


@transaction.atomic(durable=True)
def restart_registration(*, user: User) -> None:
    """Drop all that was set before the address was proved; its owner then chooses a name.

    Anybody can register with another person's address and close the page. If its owner later
    proves it by another code, that stranger must not know the password of the account, nor have
    chosen its name, its consents and its other ways to sign in. Repeated, it changes nothing.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    if not locked.is_unnamed:
        _restart(locked)
    # allauth goes on with the instance that it has: the session that it begins is bound to the
    # password there.
    for field in ("password", "display_name", "name_skeleton", "language"):
        setattr(user, field, getattr(locked, field))


def has_confirmed_address(user: User) -> bool:
    return bool(EmailAddress.objects.filter(user=user, verified=True).exists())


def is_registering(user: User) -> bool:
    """Return whether the account still waits for the code of its registration."""
    return user.is_active and not has_confirmed_address(user)


@contextmanager
def locked_account(user: User) -> Iterator[User]:
    """Read the account again and lock its row while the body runs.

    Two browsers may act on one registration at once: the one that began it corrects the address
    while the owner of the address proves it.
    """
    with transaction.atomic():
        yield User.objects.select_for_update().get(pk=user.pk)


def require_current_address(user: User, email: str) -> None:
    """Raise `CodeLapsed` if the code went to an address that the account no longer has.

    allauth looks at the code alone. The account may have got another address since: the reader of
    one person's mail would come into the account of another.
    """
    if not User.objects.filter(pk=user.pk, email=email.lower()).exists():
        raise CodeLapsed(_("The account has another address by now. Ask for a new code."))


def _restart(user: User) -> None:
    user.set_unusable_password()
    user.display_name = gettext("Reader %(number)s") % {"number": user.pk}
    user.name_skeleton = names.unnamed_skeleton(user.pk)
    user.language = get_language() or "ru"
    user.save(update_fields=["password", "display_name", "name_skeleton", "language"])
    record_answers(user, _given(user), ConsentRecord.WITHDRAWN, _SOURCE)
    for model in (SocialAccount, Authenticator):
        model.objects.filter(user=user).delete()
    user.linked.all().delete()
    for session in UserSession.objects.filter(user=user):
        session.end()
    AccountEvent.objects.create(
        user=user,
        action=AccountEvent.Action.REGISTRATION_RESTARTED,
        **own_act_fields(user),
    )


def _given(user: User) -> list[ConsentText]:
    last: dict[tuple[int, str], ConsentRecord] = {}
    for record in user.consents.select_related("text").order_by("id"):
        last[record.text.site_id, record.text.purpose] = record
    return [record.text for record in last.values() if record.action == ConsentRecord.GIVEN]
