"""The error that an answer can have, and the ones that several kinds share."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class FieldError:
    """An answer with an error cannot be confirmed. `code` is part of the API."""

    code: str
    message: str | Promise


# The code of a missing answer. Its message names what to enter: see `kinds.required_error`.
REQUIRED = "required"


def too_long(max_length: int) -> FieldError:
    message = format_lazy(_("Too long: at most {longest} characters fit here"), longest=max_length)
    return FieldError("too_long", message)
