from collections.abc import Mapping
from datetime import datetime, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import HAS_NO_END, NEEDS_END, Subject
from accounts.models import Sanction
from comments.models import Rule
from comments.web.desk.forms.fields import ConditionalChoice, note_field
from comments.web.forms import RuledForm
from core.errors import DomainError, InvalidInput

# For each kind what editors choose most often, so that the form is valid as it opens.
_USUAL_DAYS: Mapping[Sanction.Kind, int | None] = {
    Sanction.Kind.WARNING: None,
    Sanction.Kind.PREMODERATION: 30,
    Sanction.Kind.MUTE: 7,
    Sanction.Kind.SUSPENSION: 7,
    Sanction.Kind.BAN: None,
}
_USUAL = "usual"
_DURATIONS = [
    (_USUAL, _("as usual for it")),
    ("1", _("a day")),
    ("3", _("three days")),
    ("7", _("a week")),
    ("30", _("thirty days")),
    ("365", _("a year")),
    ("", _("with no end")),
]


class SanctionForm(RuledForm):
    """`desk.js` hides the durations that the chosen kind does not have."""

    kind = forms.ChoiceField(
        label=_("Sanction"),
        choices=Sanction.Kind.choices,
        widget=forms.Select(
            attrs={
                "data-sanction": True,
                "data-needs-end": " ".join(sorted(NEEDS_END)),
                "data-has-no-end": " ".join(sorted(HAS_NO_END)),
            }
        ),
    )
    days = ConditionalChoice(
        label=_("For how long"),
        help_text=_(
            "As usual: a week for a mute and a suspension, thirty days of reading first, a ban "
            "with no end. A warning has no duration."
        ),
        choices=_DURATIONS,
        initial=_USUAL,
    )
    rule: "forms.ModelChoiceField[Rule]" = forms.ModelChoiceField(
        label=_("Rule"),
        queryset=None,
        to_field_name="code",
        empty_label=_("Choose the rule"),
    )
    message = forms.CharField(
        label=_("Message to the author"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "data-autosize": True}),
    )
    note = note_field()

    @property
    def ends_at(self) -> datetime | None:
        days = self._days
        return timezone.now() + timedelta(days=days) if days else None

    @property
    def _days(self) -> int | None:
        kind = Sanction.Kind(self.cleaned_data["kind"])
        chosen: str = self.cleaned_data["days"]
        # The form has the field for every kind; a warning does not use it.
        if chosen == _USUAL or kind in HAS_NO_END:
            return _USUAL_DAYS[kind]
        return int(chosen) if chosen else None

    def refuse(self, error: DomainError) -> None:
        if isinstance(error, InvalidInput) and "ends_at" in error.fields:
            # The action knows a time, the form asks for days.
            error.fields.setdefault("days", []).extend(error.fields.pop("ends_at"))
        super().refuse(error)


class PersonSanctionForm(SanctionForm):
    remove_comments = forms.BooleanField(
        label=_("Remove all their comments under the same rule"),
        help_text=_("You can undo this in one step, apart from the sanction."),
        required=False,
    )

    field_order = ("kind", "days", "rule", "remove_comments", "message", "note")


class WideSanctionForm(SanctionForm):
    """For everybody at an e-mail domain, or in a range of addresses."""

    whom = forms.CharField(
        label=_("E-mail domain or addresses"),
        help_text=_("Such as spam.example, 192.0.2.7 or 192.0.2.0/24."),
    )

    field_order = ("whom", "kind", "days", "rule", "message", "note")

    @property
    def subject(self) -> Subject:
        whom = self.cleaned_data["whom"]
        # A top-level domain is never all digits (RFC 3696, section 2), so this tells the two apart.
        is_network = ":" in whom or whom.replace(".", "").replace("/", "").isdecimal()
        return Subject.network(whom) if is_network else Subject.domain(whom)

    def refuse(self, error: DomainError) -> None:
        if isinstance(error, InvalidInput):
            # The action names its own arguments, which this form has as one field.
            for name in ("email_domain", "network"):
                error.fields.setdefault("whom", []).extend(error.fields.pop(name, []))
        super().refuse(error)
