from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from comments.models import Thread
from comments.states import Mode
from core.web.forms import MomentField, RefusableForm


class ThreadSearchForm(forms.Form):
    q = forms.CharField(label=_("Title, key or address"), required=False)
    # What holds now, whether it was set for the discussion or for its section, or came by time.
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
    section = forms.CharField(
        label=_("Section"),
        max_length=100,
        required=False,
        # The page offers the sections of the other discussions.
        widget=forms.TextInput(attrs={"list": "sections"}),
    )
    registered_only = forms.BooleanField(label=_("Read by registered readers only"), required=False)
    closes_at = MomentField(
        label=_("Closes"),
        help_text=_("Empty: by its age, as the publication's settings say."),
        required=False,
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
    until = MomentField(
        label=_("Open until"),
        required=False,
    )
    note = forms.CharField(label=_("Note for the record"), required=False)
