from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import Subject
from accounts.models import Sanction
from accounts.permissions import Person, access_person
from comments.models import Rule, Thread, WordListVersion
from comments.querysets import Sought
from comments.selections import Chosen
from comments.states import AppealState, Decision, Mode, State
from comments.tallies import Period, Step
from comments.web.forms import RefusableForm
from core.errors import DomainError, InvalidInput
from core.models import Site

_AGAINST = {State.HELD: Decision.REJECT, State.PUBLISHED: Decision.REMOVE}
# A complaint is passed on one by one: each becomes a letter.
BULK_DECISIONS = (Decision.APPROVE, Decision.REJECT, Decision.REMOVE, Decision.RESTORE)
_USUAL_DAYS = 30
_LONGEST = timedelta(days=366)
_BY_DAY = timedelta(days=62)
_BY_WEEK = timedelta(days=183)
_DURATIONS = [
    ("", _("with no end")),
    ("1", _("a day")),
    ("3", _("three days")),
    ("7", _("a week")),
    ("30", _("thirty days")),
    ("365", _("a year")),
]


def _note() -> forms.CharField:
    return forms.CharField(
        label=_("Note for the record"),
        help_text=_("Only editors see it."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "data-autosize": True}),
    )


def is_id(text: str) -> bool:
    """Whether it can be the number of a row, as an address or a hidden field carries it."""
    return text.isascii() and text.isdecimal() and int(text) < 2**63


class DecisionForm(forms.Form):
    """A rule alone means the decision against; that the rule is in force the action sees to."""

    expected = forms.ChoiceField(choices=State.choices)
    decision = forms.ChoiceField(choices=Decision.choices, required=False)
    rule = forms.CharField(required=False)
    note = forms.CharField(required=False)
    explanation = forms.CharField(required=False)

    @property
    def decision_taken(self) -> Decision:
        if not self.is_valid():
            raise InvalidInput(
                {"decision": [_("This decision was not understood. Take it again.")]}
            )
        named, expected = self.cleaned_data["decision"], State(self.cleaned_data["expected"])
        return Decision(named) if named else _AGAINST.get(expected, Decision.REMOVE)


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


class BulkForm(RefusableForm):
    """What is chosen comes as `comment` repeated, or as a person and a time."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[(one.value, one.label) for one in BULK_DECISIONS],
        widget=forms.RadioSelect,
    )
    rule = forms.ModelChoiceField(
        label=_("Rule"),
        help_text=_("A decision against the comments rests on one."),
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

    def __init__(self, data: QueryDict | None = None, *, site: Site) -> None:
        super().__init__(data)
        rules = cast("forms.ModelChoiceField[Rule]", self.fields["rule"])
        rules.queryset = Rule.objects.in_force(site)

    @property
    def rule_code(self) -> str:
        rule: Rule | None = self.cleaned_data["rule"]
        return rule.code if rule else ""


class ChoiceForm(forms.Form):
    """The comments that a bulk decision is about."""

    comment = forms.TypedMultipleChoiceField(
        coerce=int, required=False, widget=forms.MultipleHiddenInput
    )
    person = forms.IntegerField(required=False, widget=forms.HiddenInput, max_value=2**63 - 1)
    since = forms.DateTimeField(
        label=_("All comments since"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, data: QueryDict, *, site: Site, asker: Person) -> None:
        super().__init__(data)
        self.site, self.asker = site, asker
        ids = cast("forms.TypedMultipleChoiceField", self.fields["comment"])
        ids.choices = [(one, one) for one in data.getlist("comment") if is_id(one)]

    @property
    def chosen(self) -> Chosen:
        """A field with a fault in it chooses nothing."""
        self.is_valid()
        said = self.cleaned_data
        person_id = said.get("person")
        person = access_person(self.asker, person_id, self.site) if person_id else None
        return Chosen(said.get("comment", ()), person, said.get("since"))


class WordListForm(RefusableForm):
    kind = forms.ChoiceField(
        label=_("What such a word does"),
        choices=WordListVersion.Kind.choices,
        widget=forms.RadioSelect,
    )
    entries = forms.CharField(
        label=_("Entries, one a line"),
        help_text=_(
            "A Russian word is found in every form, in disguise too. "
            "«=word» finds it only as written, «word*» with any ending, "
            "several words only in this order."
        ),
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false"}),
    )

    @property
    def lines(self) -> Sequence[str]:
        written = self.cleaned_data["entries"].splitlines()
        return list(dict.fromkeys(line.strip() for line in written if line.strip()))


class NewWordListForm(WordListForm):
    name = forms.SlugField(label=_("Name"), help_text=_("Latin letters, digits and hyphens."))

    field_order = ("name", "kind", "entries")


class ThreadSearchForm(forms.Form):
    q = forms.CharField(label=_("Title, key or address"), required=False)
    how = forms.ChoiceField(
        label=_("New comments"), choices=[("", _("any way")), *Mode.choices], required=False
    )

    @property
    def words(self) -> str:
        return self.cleaned_data.get("q", "") if self.is_valid() else ""

    @property
    def mode(self) -> str:
        return self.cleaned_data.get("how", "") if self.is_valid() else ""


class ThreadForm(RefusableForm):
    mode = forms.ChoiceField(
        label=_("New comments"),
        choices=[("", _("as the publication's settings say")), *Mode.choices],
        required=False,
    )
    section = forms.CharField(label=_("Section"), max_length=100, required=False)
    registered_only = forms.BooleanField(label=_("Read by registered readers only"), required=False)
    closes_at = forms.DateTimeField(
        label=_("Closes"),
        help_text=_("Empty: by its age, as the publication's settings say."),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    note = forms.CharField(
        label=_("Note for the record"), help_text=_("Only editors see it."), required=False
    )

    @staticmethod
    def shown(thread: Thread) -> dict[str, str | bool | datetime | None]:
        return {
            "mode": thread.mode,
            "section": thread.section,
            "registered_only": thread.registered_only,
            "closes_at": thread.closes_at,
        }


class ReopeningForm(RefusableForm):
    until = forms.DateTimeField(
        label=_("Open until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    note = forms.CharField(label=_("Note for the record"), required=False)


class PeriodForm(forms.Form):
    """Thirty days back where nothing sensible was asked for."""

    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    step = forms.ChoiceField(
        label=_("Counted"), required=False, choices=[("", _("as the period asks")), *Step.choices]
    )

    def clean(self) -> dict[str, Any]:
        until = self.cleaned_data.get("until") or timezone.localdate()
        since = self.cleaned_data.get("since") or until - timedelta(days=_USUAL_DAYS - 1)
        if since > until:
            raise forms.ValidationError(_("The first day comes after the last one."))
        if until - since > _LONGEST:
            raise forms.ValidationError(_("A period has at most a year."))
        step = self.cleaned_data.get("step") or _fitting_step(until - since)
        return {"since": since, "until": until, "step": Step(step)}

    @property
    def period(self) -> Period:
        if self.is_valid():
            return Period(**self.cleaned_data)
        today = timezone.localdate()
        return Period(today - timedelta(days=_USUAL_DAYS - 1), today)


def _fitting_step(length: timedelta) -> Step:
    """More than some sixty points of a line are not told apart."""
    if length <= _BY_DAY:
        return Step.DAY
    return Step.WEEK if length <= _BY_WEEK else Step.MONTH


class SanctionForm(RefusableForm):
    kind = forms.ChoiceField(label=_("Restriction"), choices=Sanction.Kind.choices)
    days = forms.TypedChoiceField(
        label=_("For how long"),
        choices=_DURATIONS,
        coerce=int,
        empty_value=None,
        required=False,
    )
    rule = forms.ModelChoiceField(
        label=_("Rule"),
        queryset=Rule.objects.none(),
        to_field_name="code",
        empty_label=_("Choose the rule"),
    )
    told = forms.CharField(
        label=_("What the person is told"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "data-autosize": True}),
    )
    note = _note()

    def __init__(self, data: QueryDict | None = None, *, site: Site) -> None:
        super().__init__(data)
        rules = cast("forms.ModelChoiceField[Rule]", self.fields["rule"])
        rules.queryset = Rule.objects.in_force(site)

    @property
    def rule_code(self) -> str:
        rule: Rule = self.cleaned_data["rule"]
        return rule.code

    @property
    def ends_at(self) -> datetime | None:
        days: int | None = self.cleaned_data["days"]
        return timezone.now() + timedelta(days=days) if days else None


class WideSanctionForm(SanctionForm):
    """For everybody at an e-mail domain, or in a range of addresses."""

    whom = forms.CharField(
        label=_("E-mail domain or addresses"),
        help_text=_("Such as spam.example, 192.0.2.7 or 192.0.2.0/24."),
    )

    field_order = ("whom", "kind", "days", "rule", "told", "note")

    @property
    def subject(self) -> Subject:
        whom = self.cleaned_data["whom"]
        is_network = ":" in whom or whom.replace(".", "").replace("/", "").isdecimal()
        return Subject.network(whom) if is_network else Subject.domain(whom)

    def refuse(self, error: DomainError) -> None:
        if isinstance(error, InvalidInput):
            for name in ("email_domain", "network"):
                error.fields.setdefault("whom", []).extend(error.fields.pop(name, []))
        super().refuse(error)


class AppealForm(RefusableForm):
    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            (AppealState.UPHELD.value, _("The author is right: restore the comment")),
            (AppealState.DECLINED.value, _("The decision stands")),
        ],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Answer to the author"),
        help_text=_("Goes by letter. Needed where the decision stands."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "data-autosize": True}),
    )
    note = _note()

    def about(self, appeal_id: int) -> None:
        """The browser remembers what was typed until the appeal is decided."""
        for name in ("answer", "note"):
            self.fields[name].widget.attrs["data-draft-key"] = f"appeal-{name}:{appeal_id}"
