from collections.abc import Callable
from typing import TypeVar, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from comments.models import Rule
from comments.models.rulebook import rules_in_force
from core.errors import DomainError, InvalidInput
from core.models import Site

Made = TypeVar("Made")


class RefusableForm(forms.Form):
    """A form whose action may refuse: the refusal is shown beside the field it concerns."""

    def carry_out(self, act: Callable[[], Made]) -> Made | None:
        """Run the action and return its result. Return None, with the errors in the form, when the
        form is invalid or the action refuses."""
        if not self.is_valid():
            return None
        try:
            return act()
        except DomainError as error:
            self.refuse(error)
            return None

    def refuse(self, error: DomainError) -> None:
        if not isinstance(error, InvalidInput):
            self.add_error(None, str(error))
            return
        for name, sentences in error.fields.items():
            self.add_error(name if name in self.fields else None, list(sentences))


class RuledForm(RefusableForm):
    """One with a field `rule` for a rule in force."""

    def __init__(self, data: QueryDict | None = None, *, site: Site) -> None:
        super().__init__(data)
        offer_rules(self, site)

    @property
    def rule_code(self) -> str:
        rule: Rule | None = self.cleaned_data["rule"]
        return rule.code if rule else ""


def offer_rules(form: forms.Form, site: Site) -> None:
    field = cast("forms.ModelChoiceField[Rule]", form.fields["rule"])
    field.queryset = rules_in_force(site)


class TextForm(RefusableForm):
    text = forms.CharField(
        label=_("Your comment"),
        strip=False,
        error_messages={"required": _("Write something first.")},
        widget=forms.Textarea(attrs={"rows": 5, "data-autosize": True}),
    )


class CommentForm(TextForm):
    page = forms.CharField(widget=forms.HiddenInput)
    parent = forms.IntegerField(widget=forms.HiddenInput, required=False, max_value=2**63 - 1)
    key = forms.CharField(widget=forms.HiddenInput, required=False)
    # The reader was asked whether it is a complaint, and said that it is a comment.
    anyway = forms.BooleanField(widget=forms.HiddenInput, required=False)

    def keep_draft(self, name: str) -> None:
        """The browser remembers the text under this name until it is posted."""
        self.fields["text"].widget.attrs["data-draft-key"] = name
