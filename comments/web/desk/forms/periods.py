from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.moderation.statistics import Period, Step

_USUAL_DAYS = 30
# The statements read every decision of the period.
_LONGEST = timedelta(days=366)
_BY_DAY = timedelta(days=62)
_BY_WEEK = timedelta(days=183)


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
        # A wrong period shows the usual one with the form's errors, and not an empty page.
        today = timezone.localdate()
        return Period(today - timedelta(days=_USUAL_DAYS - 1), today)


def _fitting_step(length: timedelta) -> Step:
    """More than some sixty points of a line are not told apart."""
    if length <= _BY_DAY:
        return Step.DAY
    return Step.WEEK if length <= _BY_WEEK else Step.MONTH
