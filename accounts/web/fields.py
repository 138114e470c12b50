"""Apart from the forms: allauth builds its own sign-up form on these."""

from typing import Any

from allauth.core import context
from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.actions import Agreement, ConsentSource, check_name, current_texts
from accounts.models import ConsentText, User
from accounts.names import MAX_NAME, tidy
from core.errors import InvalidInput
from core.sites import site_of_host
from core.web.forms import show_errors
from core.web.http import HttpRequest


class DisplayNameField(forms.CharField):
    widget = forms.TextInput(attrs={"autocomplete": "nickname"})

    def __init__(self, **kwargs: Any) -> None:
        required = {"required": _("Enter a name.")}
        super().__init__(max_length=MAX_NAME, error_messages=required, **kwargs)

    def to_python(self, value: Any) -> str:
        return tidy(super().to_python(value) or "")


def consent_field(text: ConsentText, *, initial: bool = False) -> forms.BooleanField:
    """Return an unticked consent checkbox; the link to the full text is outside of its label."""
    url = reverse("accounts:consent-text", args=[text.pk])
    # Named by the text, because a list of links holds several.
    link = format_html(
        '<a href="{}" target="_blank">{}<span class="visually-hidden">: {}</span></a>',
        *(url, _("Read the text"), text.label),
    )
    return forms.BooleanField(
        label=text.label,
        help_text=link,
        required=text.is_required,
        initial=initial,
        error_messages={"required": _("Tick this box: there is no account without this consent.")},
    )


class RegistrationFields(forms.Form):
    """Registration fields beyond allauth's, for every way to register."""

    display_name = DisplayNameField(
        label=_("Name shown under your comments"),
        help_text=_("Your real name or an invented one. It must not look like another person's."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # allauth makes the form without the request, so the site is found by allauth's own context.
        self.texts = current_texts(site_of_host(context.request.get_host()))
        for text in self.texts:
            self.fields[f"consent_{text.purpose}"] = consent_field(text)

    def agreement(self, request: HttpRequest, act: str = "registration") -> Agreement:
        ticked = [text for text in self.texts if self.cleaned_data[f"consent_{text.purpose}"]]
        return Agreement(ticked, ConsentSource(act, request.ip))

    def clean_display_name(self) -> str:
        name: str = self.cleaned_data["display_name"]
        try:
            check_name(name)
        except InvalidInput as refused:
            raise forms.ValidationError(refused.fields["display_name"]) from refused
        return name

    def signup(self, request: HttpRequest, user: User) -> None:
        """Part of allauth's contract; the adapter has stored everything already."""


def refused_form(form: forms.Form, refused: InvalidInput) -> forms.Form:
    """Add an action's errors to the form: to the named fields, or above the form."""
    show_errors(form, refused)
    return form
