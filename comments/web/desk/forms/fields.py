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
