from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.names import skeleton


class SignupForm(forms.Form):
    """What registration asks beyond allauth's own fields."""

    display_name = forms.CharField(
        label=_("Name shown under your comments"),
        max_length=50,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )

    def clean_display_name(self) -> str:
        name: str = self.cleaned_data["display_name"]
        if not skeleton(name):
            raise forms.ValidationError(_("Use at least one letter or digit."))
        if User.objects.filter(name_skeleton=skeleton(name)).exists():
            raise forms.ValidationError(
                _("This name is taken, or looks like one that is. Please choose another.")
            )
        return name

    def signup(self, request: HttpRequest, user: User) -> None:
        """Part of allauth's contract; the adapter has stored the name already."""
