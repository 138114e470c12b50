"""Forms whose last word is the action's: it may refuse what the form finds valid."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext

from core.errors import DomainError, InvalidInput, StrOrPromise
from core.languages import current_zone

Result = TypeVar("Result")


def _zone_help() -> str:
    return gettext("Time zone: %(zone)s") % {"zone": current_zone()}


zone_help = lazy(_zone_help, str)


class MomentField(forms.DateTimeField):
    """A date and time by the publication's clock, which the help names."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, *, help_text: StrOrPromise = "", **options: Any) -> None:
        help_text = format_lazy("{} {}", help_text, zone_help()) if help_text else zone_help()
        super().__init__(help_text=help_text, **options)


class RefusableForm(forms.Form):
    """A form that shows the error of the action that it is given to."""

    def carry_out(self, act: Callable[[], Result]) -> Result | None:
        """Return what the action returns; None if the form is invalid or the action refuses it.

        The form then shows the reason.
        """
        if not self.is_valid():
            return None
        try:
            return act()
        except DomainError as error:
            self.refuse(error)
            return None

    def refuse(self, error: DomainError) -> None:
        if isinstance(error, InvalidInput):
            show_errors(self, error)
        else:
            self.add_error(None, str(error))


def show_errors(form: forms.BaseForm, error: InvalidInput) -> None:
    """Show an action's errors at their fields, or above the form if it lacks the field."""
    for name, sentences in error.fields.items():
        form.add_error(name if name in form.fields else None, list(sentences))
