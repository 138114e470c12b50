from django import forms
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError, InvalidInput


class RefusableForm(forms.Form):
    """What may be done is for the action to say; the form only carries its refusal back."""

    def refuse(self, error: DomainError) -> None:
        if not isinstance(error, InvalidInput):
            self.add_error(None, str(error))
            return
        for name, sentences in error.fields.items():
            self.add_error(name if name in self.fields else None, list(sentences))


class TextForm(RefusableForm):
    text = forms.CharField(
        label=_("Your comment"),
        strip=False,
        error_messages={"required": _("Write something first.")},
        widget=forms.Textarea(attrs={"rows": 5, "data-autosize": True}),
    )


class CommentForm(TextForm):
    page = forms.CharField(widget=forms.HiddenInput)
    parent = forms.IntegerField(widget=forms.HiddenInput, required=False, max_value=2**63 - 1)
    key = forms.CharField(widget=forms.HiddenInput, required=False)
    # The reader was asked whether it is a complaint, and said that it is a comment.
    anyway = forms.BooleanField(widget=forms.HiddenInput, required=False)

    def keep_draft(self, name: str) -> None:
        """The browser remembers the text under this name until it is posted."""
        self.fields["text"].widget.attrs["data-draft-key"] = name
