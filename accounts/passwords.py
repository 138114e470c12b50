import re
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.keyboard import as_cyrillic, as_latin
from core.models import Site

_RUSSIAN = Path(__file__).parent / "data" / "common_passwords_ru.txt"
_PADDING = "0123456789!?.,-_*#@ "
# What an attacker tries here before anywhere else; the names of the publications are added.
CONTEXT_WORDS = frozenset(
    {
        *("otklik", "отклик", "admin", "administrator", "админ", "администратор", "root"),
        *("editor", "redaktor", "редактор", "редакция", "moderator", "модератор", "registrar"),
        *("регистратор", "comment", "комментарий", "certificate", "сертификат", "свидетельство"),
    }
)
_SHORTEST_CONTEXT_WORD = 4
_LEAST_BESIDE = 5  # characters besides such words, so that the password is more than them
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_DATES = ("%d%m%Y", "%m%d%Y", "%Y%m%d")
_SHORT = 3  # letters: a longer piece twice over is long enough to be no pattern


class LeakedPasswordValidator(CommonPasswordValidator):
    """Passwords that programs try first, also in Russian and by the other keyboard layout.

    Django's list has 20,000 entries of leaked passwords; ours adds the Russian words and names
    that head the lists of Russian leaks. Both ship with the product: nothing is asked of anybody.
    """

    def __init__(self) -> None:
        super().__init__()
        self.words = frozenset(_RUSSIAN.read_text(encoding="utf-8").split())

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ARG002 - Django's signature
        if self._is_listed(password.lower()) or self._is_listed(as_latin(password)):
            raise ValidationError(
                _("This password is in lists of leaked passwords, which attackers try first."),
                code="password_too_common",
            )

    def get_help_text(self) -> str:
        return _("Do not use a common password: attackers have lists of them.")

    def _is_listed(self, typed: str) -> bool:
        # Programs try a word with a few digits and signs around it, so those add nothing.
        bare = typed.strip(_PADDING)
        return (
            typed in self.passwords
            or bare in self.words
            or as_cyrillic(bare) in self.words
            or _is_one_repeated(typed)
            or _is_date(typed)
        )


class ContextPasswordValidator:
    """Refuses the words that an attacker of this installation would try first.

    They come from the product, its staff, its publications and hosts, with a few characters around
    them. docs/accounts.md lists them.
    """

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ARG002 - Django's signature
        if _is_little_beside(_context_words(), password.lower()):
            raise ValidationError(
                _(
                    "This password is little more than a name that everybody knows here. Choose "
                    "words that have nothing to do with the publication."
                ),
                code="password_of_context",
            )

    def get_help_text(self) -> str:
        return _("Do not use the name of the publication.")


def _context_words() -> frozenset[str]:
    named = {urlsplit(settings.BASE_URL).hostname or ""}
    for site in Site.objects.all():
        named |= {site.slug, site.name_ru, site.name_en}
        named |= {urlsplit(origin).hostname or "" for origin in site.origins}
    words = {word for name in named for word in re.split(r"[\W_]+", name.lower())}
    return CONTEXT_WORDS | {word for word in words if len(word) >= _SHORTEST_CONTEXT_WORD}


def _is_little_beside(words: frozenset[str], typed: str) -> bool:
    """Tell whether nearly nothing is left without the words, in either layout of the keyboard."""
    spelled = {one for word in words for one in (word, as_latin(word), as_cyrillic(word))}
    # Longer ones first, of which shorter ones are parts.
    rest = typed
    for word in sorted(spelled, key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != typed and len(rest.strip(_PADDING)) < _LEAST_BESIDE


def _is_date(typed: str) -> bool:
    digits = re.sub(r"[.\-/ ]", "", typed)
    if not (digits.isascii() and digits.isdecimal()):
        return False
    for form in _DATES:
        try:
            year = datetime.strptime(digits, form).year  # noqa: DTZ007 - a day alone
        except ValueError:
            continue
        if _FIRST_YEAR <= year <= _LAST_YEAR:
            return True
    return False


def _is_one_repeated(typed: str) -> bool:
    """`abcabcabc`: a piece said again and again."""
    return any(
        typed == typed[:size] * (len(typed) // size)
        for size in range(1, len(typed) // 2 + 1)
        if len(typed) % size == 0 and size <= _SHORT
    )
