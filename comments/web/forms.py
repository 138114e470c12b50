from typing import cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from comments.models import Rule
from comments.models.rulebook import rules_in_force
from core.inputs import MAX_ID
from core.models import Site
from core.web.forms import RefusableForm


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
    # The largest bigint: PostgreSQL would refuse a larger number with an error.
    parent = forms.IntegerField(widget=forms.HiddenInput, required=False, max_value=MAX_ID)
    key = forms.CharField(widget=forms.HiddenInput, required=False)
    # The reader was asked whether it is a complaint, and said that it is a comment.
    anyway = forms.BooleanField(widget=forms.HiddenInput, required=False)

    def keep_draft(self, name: str) -> None:
        """The browser remembers the text under this name until it is posted."""
        self.fields["text"].widget.attrs["data-draft-key"] = name
