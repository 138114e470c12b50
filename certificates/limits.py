"""How often one IP address may ask. Without the cache nobody is limited."""

from django.utils.translation import gettext_lazy as _

from core import limits

_WINDOW = 600  # seconds
_LOOKUPS = 60
_INSPECTIONS = 20
_CODES_TO_EMAIL = 5
_CODES_FROM_IP = 20
_LATER = _("Too many attempts from your address. Try again in ten minutes.")


def count_lookup(ip: str | None) -> None:
    """Numbers follow each other: without a limit they could be tried one by one."""
    _count("lookup", ip, _LOOKUPS)


def count_inspection(ip: str | None) -> None:
    """A file that we did not issue costs a process of its own."""
    _count("inspection", ip, _INSPECTIONS)


def count_code_email(ip: str | None, email: str) -> None:
    _count("code-from", ip, _CODES_FROM_IP)
    _count("code-to", email.casefold(), _CODES_TO_EMAIL)


def _count(act: str, of: str | None, limit: int) -> None:
    limits.count(f"certificates:{act}", of, limit=limit, seconds=_WINDOW, refusal=_LATER)
