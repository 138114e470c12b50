from typing import cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from comments.models import Rule
from comments.querysets import Sought
from comments.states import Decision, State
from core.errors import DomainError, InvalidInput
from core.models import Site


class RefusableForm(forms.Form):
    """What may be done is for the action to say; the form only carries its refusal back."""

    def refuse(self, error: DomainError) -> None:
        if not isinstance(error, InvalidInput):
            self.add_error(None, str(error))
            return
        for name, sentences in error.fields.items():
            self.add_error(name if name in self.fields else None, list(sentences))


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

    def keep_draft(self, name: str) -> None:
        """The browser remembers the text under this name until it is posted."""
        self.fields["text"].widget.attrs["data-draft-key"] = name


class DecisionForm(RefusableForm):
    expected = forms.ChoiceField(choices=State.choices, widget=forms.HiddenInput)
    decision = forms.ChoiceField(choices=Decision.choices)
    rule = forms.ModelChoiceField(
        label=_("Rule"),
        queryset=Rule.objects.none(),
        to_field_name="code",
        empty_label=_("Choose the rule"),
        required=False,
    )
    note = forms.CharField(
        label=_("Note for the record"),
        help_text=_("Only editors see it."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def show_rules_of(self, site: Site) -> None:
        rules = cast("forms.ModelChoiceField[Rule]", self.fields["rule"])
        rules.queryset = Rule.objects.in_force(site)

    def about(self, comment_id: int) -> None:
        """The browser remembers the note until the decision is taken."""
        self.fields["note"].widget.attrs["data-draft-key"] = f"note:{comment_id}"

    @property
    def rule_code(self) -> str:
        rule: Rule | None = self.cleaned_data["rule"]
        return rule.code if rule else ""


class SearchForm(forms.Form):
    words = forms.CharField(label=_("Words"), required=False)
    person = forms.CharField(label=_("Person"), required=False)
    thread = forms.CharField(label=_("Discussion"), required=False)
    rule = forms.ModelChoiceField(
        label=_("Rule"),
        queryset=Rule.objects.none(),
        to_field_name="code",
        empty_label=_("Any rule"),
        required=False,
    )
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, data: QueryDict, *, site: Site) -> None:
        super().__init__(data)
        rules = cast("forms.ModelChoiceField[Rule]", self.fields["rule"])
        rules.queryset = Rule.objects.in_force(site)

    @property
    def sought(self) -> Sought:
        """A field with a fault in it is not asked for."""
        self.is_valid()
        asked = self.cleaned_data
        rule: Rule | None = asked.get("rule")
        return Sought(
            words=asked.get("words", ""),
            person=asked.get("person", ""),
            thread=asked.get("thread", ""),
            rule=rule.code if rule else "",
            since=asked.get("since"),
            until=asked.get("until"),
        )
