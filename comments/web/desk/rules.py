"""The rules of a draft as a form: each with its place, one empty at the end."""

from collections.abc import Sequence
from dataclasses import asdict, fields

from django import forms
from django.utils.translation import gettext_lazy as _

from comments.rule_texts import RuleText
from comments.states import AuthorNotice, Placeholder
from comments.web.desk.forms.fields import ConditionalText

_BY_SETTINGS = ("", _("as the publication's settings say"))


class RuleForm(forms.Form):
    """Unfinished rules may be saved: that they are whole is asked when they are published."""

    position = forms.IntegerField(
        label=_("Place"), min_value=1, max_value=999, widget=forms.NumberInput
    )
    code = forms.SlugField(
        label=_("Code"),
        help_text=_("The same from version to version: decisions are counted by it."),
    )
    title_ru = ConditionalText(label=_("Title in Russian"), max_length=200)
    title_en = forms.CharField(label=_("Title in English"), max_length=200, required=False)
    text_ru = ConditionalText(
        label=_("Text in Russian"),
        widget=forms.Textarea(attrs={"rows": 4, "data-autosize": True}),
    )
    text_en = forms.CharField(
        label=_("Text in English"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "data-autosize": True}),
    )
    placeholder = forms.ChoiceField(
        label=_("Left in place of a removed comment"),
        choices=[_BY_SETTINGS, *Placeholder.choices],
        required=False,
    )
    author_notice = forms.ChoiceField(
        label=_("Told to its author"), choices=[_BY_SETTINGS, *AuthorNotice.choices], required=False
    )
    drop = forms.BooleanField(label=_("Leave this rule out"), required=False)

    @property
    def heading(self) -> str:
        return str(self["title_ru"].value() or "")


# One empty form at the end adds a rule without JavaScript.
_MOST_RULES = 100
# By default Django makes a thousand forms more than the most, however few were sent.
RuleFormSet = forms.formset_factory(
    RuleForm, extra=1, max_num=_MOST_RULES, absolute_max=_MOST_RULES + 1
)


def shown_rules(rules: Sequence[RuleText]) -> list[dict[str, str | int]]:
    return [asdict(rule) | {"position": place} for place, rule in enumerate(rules, start=1)]


def rules_of(formset: "forms.BaseFormSet[RuleForm]") -> Sequence[RuleText]:
    """In the order of their places; those with the same one as they stood on the page."""
    rows = [form.cleaned_data for form in formset.forms if form.cleaned_data]
    remaining = sorted(
        (row for row in rows if not row["drop"]), key=lambda row: int(row["position"])
    )
    # `position` and `drop` are the form's own; the order of the list is the order of the rules.
    names = [field.name for field in fields(RuleText)]
    return [RuleText(**{name: row[name] for name in names}) for row in remaining]
