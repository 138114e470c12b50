from pathlib import Path
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.keyboard import as_cyrillic, as_latin

_RUSSIAN = Path(__file__).parent / "data" / "common_passwords_ru.txt"
_PADDING = "0123456789!?.,-_*#@ "
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
        )


def _is_one_repeated(typed: str) -> bool:
    """`abcabcabc`: a piece said again and again."""
    return any(
        typed == typed[:size] * (len(typed) // size)
        for size in range(1, len(typed) // 2 + 1)
        if len(typed) % size == 0 and size <= _SHORT
    )
