"""One rule for every e-mail address that a person types: its spelling, and whether mail reaches it.

Registration, forms, tables and the look-up of certificates share it, so that an address which one
of them accepts finds its owner in the others.
"""

import re
from contextlib import suppress

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

NOT_WHOLE = _("Write the e-mail address whole, as in name@example.ru")
NOT_LATIN = _("Before the @, an e-mail address has Latin letters only, as in name@example.ru")

# ASCII other than letters, digits, hyphens and dots (RFC 952).
_NOT_IN_A_NAME = re.compile(r"[\x00-,/:-@\[-`{-\x7f]")


def normalise(typed: str) -> str:
    """Write the domain in lower case and its own letters: `xn--80a1acny.xn--p1ai` is `почта.рф`.

    The part before the @ stays, because its server may tell capitals apart (RFC 5321, section 2.4).
    """
    typed = typed.strip()
    local, at, domain = typed.rpartition("@")
    # What is no address stays, too, so that people see again what they have typed.
    if not at:
        return typed
    # What is no domain name stays, and `check` refuses it.
    with suppress(UnicodeError):
        named = domain.encode("idna").decode("idna")
        # IDNA folds signs, too: `¨` becomes a space with a mark, and `＜` becomes `<`.
        if not _NOT_IN_A_NAME.search(named):
            domain = named
    return f"{local}{at}{domain.lower()}"


def is_latin(address: str) -> bool:
    """Return whether an ordinary mail server could take it.

    RFC 6531 allows other letters before the @, but few servers do, and Django would encode them
    in a way that RFC 2047 forbids.
    """
    return address.rpartition("@")[0].isascii()


def check(address: str) -> None:
    """Raise `ValidationError` with what to correct."""
    if not is_latin(address):
        raise ValidationError(NOT_LATIN, code="not_latin")
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValidationError(NOT_WHOLE, code="invalid") from error
