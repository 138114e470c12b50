from allauth.mfa.models import Authenticator
from django.db import transaction

from core.encryption import decrypt, encrypt, is_current

_NAMES = ("secret", "seed")  # of an app, and of recovery codes
_LIST = "migrated_codes"
_TYPES = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


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
