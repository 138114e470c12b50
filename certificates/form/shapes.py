"""Shapes that an answer must have: an e-mail address, a URL, a date, a number."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import regex
from django.utils.translation import gettext_lazy as _

from certificates.form.errors import FieldError
from core import email_addresses

_EMAIL = regex.compile(
    r"[^\s@<>()\[\],;:\\\"]{1,64}@(?:[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}\-]{0,61}[\p{L}\p{M}\p{N}])?\.)+"
    r"(?:\p{L}[\p{L}\p{M}]+|xn--[a-z0-9\-]+)"
)
_HOST = regex.compile(
    r"(?:[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}_\-]*[\p{L}\p{M}\p{N}])?\.)+[\p{L}\p{M}\p{N}\-]{2,}"
)
_NUMBER = regex.compile(r"[+\-−]?[0-9]+(?:[.,][0-9]+)?")


@dataclass(frozen=True, slots=True)
class Shape:
    """`fits` gets the normalised answer; an answer that does not fit has `error`."""

    fits: Callable[[str], object]
    error: FieldError

    def errors_in(self, value: str) -> list[FieldError]:
        return [] if self.fits(value) else [self.error]


@dataclass(frozen=True, slots=True)
class EmailShape(Shape):
    def errors_in(self, value: str) -> list[FieldError]:
        """Tell a wrong alphabet apart from an address that is not one."""
        if self.fits(value) and not email_addresses.is_latin(value):
            return [FieldError("email_not_latin", email_addresses.NOT_LATIN)]
        return Shape.errors_in(self, value)


def _is_email(value: str) -> bool:
    local = value.partition("@")[0]
    # RFC 5321, section 4.1.2: a local part without quotes has no dot at an end and no two in a row.
    return bool(_EMAIL.fullmatch(value)) and ".." not in local and local.strip(".") == local


def _is_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
        port_fits = parts.port != 0
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"}
        and port_fits
        # A user name in a link can make it look like a link to another site.
        and "@" not in parts.netloc
        and not regex.search(r"[\s<>\"\\]", value)
        and bool(_HOST.fullmatch(parts.hostname or ""))
    )


def is_date(value: str) -> bool:
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        return False
    # `fromisoformat` reads «20260131» and week dates, too; everything else here expects dashes.
    return len(value) == len("2026-01-31")


EMAIL = EmailShape(_is_email, FieldError("not_an_email", email_addresses.NOT_WHOLE))
URL = Shape(
    _is_url,
    FieldError("not_a_url", _("Copy the whole link from the address bar: https://example.ru/…")),
)
DATE = Shape(
    is_date, FieldError("not_a_date", _("Write the date as day, month and year: 31.01.2026"))
)
NUMBER = Shape(_NUMBER.fullmatch, FieldError("not_a_number", _("Write a number in digits")))
