"""Limits on requests from one IP address. While the cache is down, there are none."""

from django.utils.translation import gettext_lazy as _

from core import limits

_PERIOD = 600  # seconds
_LOOKUPS = 60
_INSPECTIONS = 20
_PICTURES = 60
_CODES_TO_EMAIL = 5
_CODES_FROM_IP = 20
_LATER = _("Too many attempts from your address. Try again in ten minutes.")


def count_lookup(ip: str | None) -> None:
    """Count a lookup by number. Numbers are consecutive, so without a limit all could be read."""
    _count("lookup", ip, _LOOKUPS)


def count_inspection(ip: str | None) -> None:
    """Count an inspection. It starts a child process if the file is not one that we issued."""
    _count("inspection", ip, _INSPECTIONS)


def count_picture(ip: str | None) -> None:
    """Count a picture of an issued document: drawing one takes a fifth of a second."""
    _count("picture", ip, _PICTURES)


def count_code_email(ip: str | None, email: str) -> None:
    # Two limits: one person must not flood many mailboxes, nor many computers one mailbox.
    _count("code-from", ip, _CODES_FROM_IP)
    _count("code-to", email.casefold(), _CODES_TO_EMAIL)


def _count(act: str, of: str | None, limit: int) -> None:
    limits.count(f"certificates:{act}", of, limit=limit, seconds=_PERIOD, refusal=_LATER)
