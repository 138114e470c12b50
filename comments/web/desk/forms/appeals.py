from django import forms
from django.utils.translation import gettext_lazy as _

from comments.states import AppealStatus
from comments.web.desk.forms.fields import ConditionalText, note_field
from core.web.forms import RefusableForm


class AppealDecisionForm(RefusableForm):
    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            (AppealStatus.GRANTED.value, _("The author is right: restore the comment")),
            (AppealStatus.DECLINED.value, _("The decision stands")),
        ],
        widget=forms.RadioSelect,
    )
    answer = ConditionalText(
        label=_("Answer to the author"),
        help_text=_("Sent by e-mail. If the decision stands, tell the author why; else optional."),
        widget=forms.Textarea(attrs={"rows": 4, "data-autosize": True}),
    )
    note = note_field()

    def about(self, appeal_id: int) -> None:
        """The browser remembers what was typed until the appeal is decided."""
        for name in ("answer", "note"):
            self.fields[name].widget.attrs["data-draft-key"] = f"appeal-{name}:{appeal_id}"
