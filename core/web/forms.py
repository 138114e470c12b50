"""Forms whose last word is the action's: it may refuse what the form finds valid."""

from collections.abc import Callable
from typing import TypeVar

from django import forms

from core.errors import DomainError, InvalidInput

Result = TypeVar("Result")


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
