"""How often one address may ask; without the cache everybody passes."""

from django.utils.translation import gettext_lazy as _

from core import limits

_WINDOW = 600  # seconds
_LOOKUPS = 60
_INSPECTIONS = 20
_CODES_TO_ADDRESS = 5
_CODES_FROM_ADDRESS = 20
_LATER = _("Too many attempts from your address. Try again in ten minutes.")


def count_lookup(address: str | None) -> None:
    """Numbers follow each other: without a limit they could be tried one by one."""
    _count("lookup", address, _LOOKUPS)


def count_inspection(address: str | None) -> None:
    """A file that we did not issue costs a process of its own."""
    _count("inspection", address, _INSPECTIONS)


def count_letter_with_code(address: str | None, email: str) -> None:
    _count("code-from", address, _CODES_FROM_ADDRESS)
    _count("code-to", email.casefold(), _CODES_TO_ADDRESS)


def _count(act: str, of: str | None, limit: int) -> None:
    limits.count(f"certificates:{act}", of, limit=limit, seconds=_WINDOW, refusal=_LATER)
