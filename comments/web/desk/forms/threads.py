from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from comments.models import Thread
from comments.states import Mode
from core.web.forms import RefusableForm


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
