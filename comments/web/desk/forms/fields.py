"""What several forms of the desk are made of."""

from django import forms
from django.utils.translation import gettext_lazy as _


def note_field() -> forms.CharField:
    return forms.CharField(
        label=_("Note for the record"),
        help_text=_("Only editors see it."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "data-autosize": True}),
    )


def is_id(text: str) -> bool:
    """Whether it can be the number of a row, as an address or a hidden field carries it."""
    return text.isascii() and text.isdecimal() and int(text) < 2**63
