from datetime import datetime, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import Subject
from accounts.models import Sanction
from comments.models import Rule
from comments.web.desk.forms.fields import note_field
from comments.web.forms import RuledForm
from core.errors import DomainError, InvalidInput

_DURATIONS = [
    ("", _("with no end")),
    ("1", _("a day")),
    ("3", _("three days")),
    ("7", _("a week")),
    ("30", _("thirty days")),
    ("365", _("a year")),
]


class SanctionForm(RuledForm):
    kind = forms.ChoiceField(label=_("Sanction"), choices=Sanction.Kind.choices)
    days = forms.TypedChoiceField(
        label=_("For how long"),
        choices=_DURATIONS,
        coerce=int,
        empty_value=None,
        required=False,
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
        days: int | None = self.cleaned_data["days"]
        return timezone.now() + timedelta(days=days) if days else None


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
