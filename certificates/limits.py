"""Limits on what anybody may ask about certificates, without an account."""

from django.utils.translation import gettext_lazy as _

from core import limits
from core.limits import Limit

_PERIOD = 600  # seconds
# Numbers are consecutive, so without a limit all could be read.
_LOOKUPS = Limit(act="certificates:lookup", seconds=_PERIOD, per_network=60)
# An inspection starts a child process if the file is not one that we issued.
_INSPECTIONS = Limit(act="certificates:inspection", seconds=_PERIOD, per_network=20)
# Drawing a picture of an issued document takes a fifth of a second.
_PICTURES = Limit(act="certificates:picture", seconds=_PERIOD, per_network=60)
# One person must not flood many mailboxes, nor many computers one mailbox.
_CODES = Limit(act="certificates:code", seconds=_PERIOD, per_network=20, per_key=5)
_LATER = _("Too many attempts from your address. Try again in ten minutes.")


def count_lookup(ip: str | None) -> None:
    limits.count(_LOOKUPS, ip=ip, refusal=_LATER)


def count_inspection(ip: str | None) -> None:
    limits.count(_INSPECTIONS, ip=ip, refusal=_LATER)


def count_picture(ip: str | None) -> None:
    limits.count(_PICTURES, ip=ip, refusal=_LATER)


def count_code_email(ip: str | None, email: str) -> None:
    limits.count(_CODES, ip=ip, key=email.casefold(), refusal=_LATER)
