from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from comments.models import WordListVersion
from comments.models.word_lists import label_of_list
from core.web.forms import RefusableForm


class WordListForm(RefusableForm):
    name = forms.CharField(label=_("Name"), max_length=100, required=False)
    kind = forms.ChoiceField(
        label=_("What such a word does"),
        choices=WordListVersion.Kind.choices,
        widget=forms.RadioSelect,
    )
    entries = forms.CharField(
        label=_("Entries, one a line"),
        help_text=_(
            "A Russian word is found in every form, in disguise too. "
            "“=word” finds it only as written, “word*” with any ending, "
            "several words only in this order."
        ),
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false"}),
    )

    def title_of(self, list_name: str) -> str:
        """Return the title that was typed; nothing if the list shows the same without one."""
        typed: str = self.cleaned_data["name"]
        return "" if typed == label_of_list(list_name) else typed

    @property
    def lines(self) -> Sequence[str]:
        entries = self.cleaned_data["entries"].splitlines()
        # Without repetitions, in the editor's order: the list is shown as it was typed.
        return list(dict.fromkeys(line.strip() for line in entries if line.strip()))


class NewWordListForm(WordListForm):
    name = forms.CharField(label=_("Name"), max_length=100)

    field_order = ("name", "kind", "entries")
