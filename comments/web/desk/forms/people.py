from django import forms
from django.utils.translation import gettext_lazy as _

from core.web.forms import RefusableForm


class UserNoteForm(RefusableForm):
    text = forms.CharField(
        label=_("New note"),
        help_text=_("Only editors see it."),
        error_messages={"required": _("Write something first.")},
        widget=forms.Textarea(attrs={"rows": 2, "data-autosize": True}),
    )
