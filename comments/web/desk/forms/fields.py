"""Fields shared by several forms of the desk."""

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
    """Return whether the text is a row id: ASCII digits within PostgreSQL's bigint."""
    # `isdecimal` alone accepts digits of other scripts.
    return text.isascii() and text.isdecimal() and int(text) < 2**63
