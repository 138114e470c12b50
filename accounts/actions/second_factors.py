from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import emails
from accounts.actions.sessions import end_sessions_of
from accounts.models import AccountEvent, GuessCounter, User
from accounts.permissions import require_superuser
from accounts.states import Proof
from core.audit import actor_fields
from core.bounds import Bound, bounded
from core.encryption import decrypt, encrypt, is_current
from core.errors import Conflict, InvalidInput, NotPermitted

LONGEST_NOTE = 1_000

_NAMES = ("secret", "seed")  # of an app, and of recovery codes
_LIST = "migrated_codes"
_TYPES = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


class NoSecondFactor(Conflict):
    code = "no_second_factor"
    title = _("Two-step sign-in is not on for this account")


@bounded(note=Bound(LONGEST_NOTE))
@transaction.atomic(durable=True)
def remove_second_factor(*, user: User, actor: User, note: str) -> None:
    """Remove the lost second steps of a person, and end all their sessions.

    For superusers; `note` says how the person has shown who they are. Nobody does this to their own
    account, because its page asks for a proof.
    """
    require_superuser(actor)
    if user == actor:
        raise NotPermitted(_("Your own second steps are on the page of your account."))
    if not note.strip():
        raise InvalidInput({"note": [_("Write how they have shown who they are.")]})
    User.objects.select_for_update().get(pk=user.pk)
    factors = Authenticator.objects.filter(user=user)
    kinds = sorted(factors.values_list("type", flat=True))
    if not kinds:
        raise NoSecondFactor
    factors.delete()
    # Their own wrong codes, or those of a stranger, must not close the new second step.
    counters = GuessCounter.objects.filter(user=user, proof=Proof.SECOND_FACTOR)
    counters.update(consecutive=0, in_hour=0)
    AccountEvent.objects.create(
        user=user,
        action=AccountEvent.Action.FACTOR_REMOVED,
        evidence={"kinds": kinds},
        note=note.strip(),
        **actor_fields(actor),
    )
    end_sessions_of(user, actor)
    if user.is_active:
        emails.second_factor_removed(user)


def reencrypt_second_factors() -> int:
    """Store every seed as `encrypt` does now; return how many authenticators were changed."""
    keys = Authenticator.objects.filter(type__in=_TYPES).values_list("pk", flat=True)
    return sum(_reencrypt(key) for key in list(keys))


@transaction.atomic(durable=True)
def _reencrypt(key: int) -> bool:
    # Locked, because a recovery code that is used is marked in the same column.
    authenticator = Authenticator.objects.select_for_update().filter(pk=key).first()
    if authenticator is None:
        return False
    stored = authenticator.data
    data = stored | {name: _renewed(stored[name]) for name in _NAMES if name in stored}
    if _LIST in stored:
        data[_LIST] = [_renewed(code) for code in stored[_LIST]]
    if data == stored:
        return False
    authenticator.data = data
    authenticator.save(update_fields=["data"])
    return True


def _renewed(stored: str) -> str:
    return stored if is_current(stored) else encrypt(decrypt(stored))
