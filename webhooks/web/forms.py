from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.web.forms import MomentField, RefusableForm
from webhooks.topics import topics


class EndpointForm(RefusableForm):
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=forms.URLInput(attrs={"inputmode": "url"}),
        error_messages={"required": _("Enter the address.")},
    )
    label = forms.CharField(label=_("What it is"), max_length=100, required=False)
    topics = forms.MultipleChoiceField(
        label=_("Topics"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one topic.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Read for each form: apps contribute their topics after this module is imported.
        self.fields["topics"].choices = [  # type: ignore[attr-defined] # it is a choice field
            (topic.name, f"{topic.label} ({topic.name})") for topic in topics()
        ]


class ReplayForm(forms.Form):
    since = MomentField(
        label=_("What has happened since"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
