"""Fields shared by several forms of the desk."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ConditionalText(forms.CharField):
    """A text that the action requires in some cases: the label must not call it optional."""

    is_conditional = True

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)


class ConditionalChoice(forms.ChoiceField):
    """A choice whose empty value means something: the label must not call it optional."""

    is_conditional = True

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)


class ConditionalRule(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs alone
    """A rule that the action requires in some cases."""

    is_conditional = True

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=None, to_field_name="code", required=False, **options)


def note_field() -> forms.CharField:
    return forms.CharField(
        label=_("Note for the record"),
        help_text=_("Only editors see it."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "data-autosize": True}),
    )
