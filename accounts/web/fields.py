"""Apart from the forms: allauth builds its own sign-up form on these."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.actions import check_name
from accounts.models import User
from accounts.names import MAX_NAME, tidy
from core.errors import InvalidInput


class DisplayNameField(forms.CharField):
    widget = forms.TextInput(attrs={"autocomplete": "nickname"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_NAME, **kwargs)

    def to_python(self, value: Any) -> str:
        return tidy(super().to_python(value) or "")


class RegistrationFields(forms.Form):
    """What registration asks beyond allauth's own fields, on every way in."""

    display_name = DisplayNameField(
        label=_("Name shown under your comments"),
        help_text=_("Your own or an invented one. It cannot look like somebody else's."),
    )

    def clean_display_name(self) -> str:
        name: str = self.cleaned_data["display_name"]
        try:
            check_name(name)
        except InvalidInput as refused:
            raise forms.ValidationError(refused.fields["display_name"]) from refused
        return name

    def signup(self, request: HttpRequest, user: User) -> None:
        """Part of allauth's contract; the adapter has stored everything already."""
