"""Encryption of secrets that the database keeps and the product must read back.

A stolen dump is useless without the keys, which never enter the database (`ENCRYPTION_KEYS`). The
first key encrypts; every key decrypts, so keys are exchanged one after the other.
"""

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models.functions import Cast

_PREFIX = "enc:"
_KEY_BYTES = 32
_NAME_LENGTH = 8


class UnknownKeyError(Exception):
    """A secret that none of `ENCRYPTION_KEYS` decrypts."""


def encrypt(text: str) -> str:
    """Return `enc:<name of the key>:<Fernet token>`; an empty text stays empty.

    While the release before runs, which cannot decrypt, the text is returned unchanged.
    """
    if not text or settings.FORMER_RELEASE_RUNS:
        return text
    name, cipher = next(iter(_ciphers().items()))
    return f"{_PREFIX}{name}:{cipher.encrypt(text.encode()).decode()}"


def decrypt(stored: str) -> str:
    """Return the text. A text stored before secrets were encrypted is returned unchanged."""
    if not stored.startswith(_PREFIX):
        return stored
    name, _colon, token = stored.removeprefix(_PREFIX).partition(":")
    cipher = _ciphers().get(name)
    if cipher is None:
        raise UnknownKeyError(f"ENCRYPTION_KEYS lacks the key {name} of a stored secret.")
    try:
        return cipher.decrypt(token).decode()
    except InvalidToken as error:
        raise UnknownKeyError(f"A secret under the key {name} was altered.") from error


def current_prefix() -> str:
    """Return how everything begins that is encrypted with the first key."""
    return f"{_PREFIX}{next(iter(_ciphers()))}:"


def is_current(stored: str) -> bool:
    """Return whether a text is stored as `encrypt` would store it now."""
    if settings.FORMER_RELEASE_RUNS:
        return not stored.startswith(_PREFIX)
    return not stored or stored.startswith(current_prefix())


def _ciphers() -> Mapping[str, Fernet]:
    return _ciphers_of(tuple(settings.ENCRYPTION_KEYS))


@cache
def _ciphers_of(keys: tuple[str, ...]) -> Mapping[str, Fernet]:
    derived = [_derived(key) for key in keys]
    return {hashlib.sha256(key).hexdigest()[:_NAME_LENGTH]: Fernet(key) for key in derived}


def _derived(key: str) -> bytes:
    # So that a key may be any long text, and is never the one of another purpose.
    hkdf = HKDF(SHA256(), _KEY_BYTES, salt=None, info=b"otklik secrets")
    return base64.urlsafe_b64encode(hkdf.derive(key.encode()))


class EncryptedTextField(models.TextField):  # type: ignore[type-arg] # not generic at run time
    """A text that is encrypted in the database. No query can search by it."""

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> str | None:
        return None if value is None else decrypt(value)

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return encrypt(prepared) if isinstance(prepared, str) else prepared


def reencrypt_fields() -> int:
    """Store every secret of the models as `encrypt` does now; return how many were changed."""
    return sum(
        _reencrypt(model, field.attname)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, EncryptedTextField)
    )


def _reencrypt(model: type[models.Model], name: str) -> int:
    # The cast shows what is stored, instead of the decrypted text.
    rows = model._default_manager.annotate(stored=Cast(name, models.TextField()))
    secrets = rows.exclude(stored="").values_list("pk", "stored")
    count = 0
    for key, stored in [(key, stored) for key, stored in secrets if not is_current(stored)]:
        # The condition skips a secret that a person has just changed.
        count += rows.filter(pk=key, stored=stored).update(**{name: decrypt(stored)})
    return count
