"""Deciding on comments: on one, on many, and finding them first."""

from typing import cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Person
from comments.models import Rule, Thread
from comments.models.decisions import Decision
from comments.permissions import access_person
from comments.querysets.comments import BulkTarget, CommentFilter
from comments.screening.reasons import HOLDING_PHASES
from comments.states import DecisionKind, State
from comments.web.desk.forms.fields import ConditionalRule, note_field
from comments.web.forms import RuledForm, offer_rules
from core.errors import InvalidInput
from core.inputs import MAX_ID, read_id
from core.models import Site
from core.web.forms import MomentField

OLDEST_FIRST = "oldest"
_AGAINST = {State.HELD: DecisionKind.REJECT, State.PUBLISHED: DecisionKind.REMOVE}
# Forwarding is left out: each forwarded comment becomes an e-mail to the newsroom.
BULK_DECISIONS = (
    DecisionKind.APPROVE,
    DecisionKind.REJECT,
    DecisionKind.REMOVE,
    DecisionKind.RESTORE,
)


class DecisionForm(forms.Form):
    """A rule without a decision means rejecting or removing, by the state that the editor saw."""

    # The state that the editor saw: a decision about another one is refused as stale.
    expected = forms.ChoiceField(choices=State.choices)
    decision = forms.ChoiceField(choices=DecisionKind.choices, required=False)
    rule = forms.CharField(required=False)
    note = forms.CharField(required=False)
    explanation = forms.CharField(required=False)

    @property
    def chosen_decision(self) -> Decision:
        """Validate the form; raise `InvalidInput` when it names no decision that we know."""
        if not self.is_valid():
            raise InvalidInput(
                {"decision": [_("This decision was not understood. Take it again.")]}
            )
        data = self.cleaned_data
        # A press of a rule's number names the rule alone.
        kind = data["decision"] or _AGAINST.get(State(data["expected"]), DecisionKind.REMOVE)
        return Decision(
            DecisionKind(kind),
            rule_code=data["rule"],
            note=data["note"],
            explanation=data["explanation"],
        )


class SearchForm(forms.Form):
    words = forms.CharField(label=_("Words"), required=False)
    person = forms.CharField(label=_("Person"), required=False)
    thread = forms.CharField(label=_("Discussion"), required=False)
    section = forms.ChoiceField(label=_("Section"), required=False)
    phase = forms.ChoiceField(
        label=_("Held because of"),
        choices=[("", _("any reason")), *((one.value, one.label) for one in HOLDING_PHASES)],
        required=False,
    )
    rule: "forms.ModelChoiceField[Rule]" = forms.ModelChoiceField(
        label=_("Rule"),
        queryset=None,
        to_field_name="code",
        empty_label=_("any rule"),
        required=False,
    )
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    order = forms.ChoiceField(
        label=_("Order"),
        choices=[("", _("newest first")), (OLDEST_FIRST, _("oldest first"))],
        required=False,
    )

    def __init__(self, data: QueryDict, *, site: Site) -> None:
        super().__init__(data)
        offer_rules(self, site)
        sections = cast("forms.ChoiceField", self.fields["section"])
        named = Thread.objects.sections(site)
        sections.choices = [("", _("Any section")), *((name, name) for name in named)]
        if not named:
            del self.fields["section"]

    @property
    def oldest_first(self) -> bool:
        self.is_valid()
        return bool(self.cleaned_data.get("order") == OLDEST_FIRST)

    @property
    def comment_filter(self) -> CommentFilter:
        """Return the filter of the search. Invalid fields are left out of it."""
        self.is_valid()
        data = self.cleaned_data
        rule: Rule | None = data.get("rule")
        return CommentFilter(
            words=data.get("words", ""),
            person=data.get("person", ""),
            thread=data.get("thread", ""),
            section=data.get("section", ""),
            phase=data.get("phase", ""),
            rule=rule.code if rule else "",
            since=data.get("since"),
            until=data.get("until"),
        )


class BulkForm(RuledForm):
    """Decide many comments: those of repeated `comment` fields, or all of a person since a time."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[(one.value, one.label) for one in BULK_DECISIONS],
        widget=forms.RadioSelect,
    )
    rule = ConditionalRule(
        label=_("Rule"),
        help_text=_("A decision against the comments rests on one."),
        empty_label=_("Choose the rule"),
    )
    note = note_field()

    @property
    def chosen_decision(self) -> Decision:
        """The decision of a valid form."""
        data = self.cleaned_data
        kind = DecisionKind(data["decision"])
        return Decision(kind, rule_code=self.rule_code, note=data["note"])


class ChoiceForm(forms.Form):
    """The comments that a bulk decision is about."""

    comment = forms.TypedMultipleChoiceField(
        coerce=int, required=False, widget=forms.MultipleHiddenInput
    )
    person = forms.IntegerField(required=False, widget=forms.HiddenInput, max_value=MAX_ID)
    since = MomentField(
        label=_("All comments since"),
        required=False,
    )

    def __init__(self, data: QueryDict, *, site: Site, asker: Person) -> None:
        super().__init__(data)
        self.site, self.asker = site, asker
        ids = cast("forms.TypedMultipleChoiceField", self.fields["comment"])
        # Any id is a choice here; the query drops those that are not of this site.
        ids.choices = [(one, one) for one in data.getlist("comment") if read_id(one) is not None]

    @property
    def author(self) -> User | None:
        self.is_valid()
        author_id = self.cleaned_data.get("person")
        return access_person(self.asker, author_id, self.site) if author_id else None

    @property
    def target(self) -> BulkTarget:
        """A field with an error chooses nothing."""
        author = self.author
        return BulkTarget(
            ids=self.cleaned_data.get("comment", ()),
            author_id=author.pk if author else None,
            since=self.cleaned_data.get("since"),
        )
