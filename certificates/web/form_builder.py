"""The registrar's form builder: a form of Django for each question of an application form."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.forms import BaseFormSet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certificates.fields import Field, FieldKind
from certificates.form.codes import code_from
from certificates.form.kinds import KINDS, Control
from certificates.form.reading import none_key
from certificates.web.questions import RESERVED
from core.inputs import read_id

_MOST_QUESTIONS = 60
_KINDS_WITH_CHOICES = {kind.value for kind, spec in KINDS.items() if spec.control is Control.SELECT}
_KIND_CHOICES = [(kind.value, spec.label) for kind, spec in KINDS.items()]
_MOVE = re.compile(r"(up|down):([0-9]{1,3})")
# Buttons that rearrange the questions on the page and publish nothing.
_ARRANGING = ("add", "move")


class _KindSelect(forms.Select):
    """Marks the kinds that need choices: the page shows the box for them with these alone."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        if option["value"] in _KINDS_WITH_CHOICES:
            option["attrs"]["data-has-choices"] = True
        return option


class _NeededWhereShown(forms.CharField):
    """A field that the page does not call optional, although only some kinds require it."""

    def validate(self, value: Any) -> None:
        """Leave it to `QuestionForm.clean`, which knows the kind."""


class QuestionForm(forms.Form):
    label_ru = forms.CharField(label=gettext_lazy("Question in Russian"), max_length=200)
    label_en = forms.CharField(
        label=gettext_lazy("Question in English"), max_length=200, required=False
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=_KIND_CHOICES,
        widget=_KindSelect,
        initial=FieldKind.TEXT.value,
    )
    required = forms.BooleanField(label=gettext_lazy("Must be answered"), required=False)
    help_ru = forms.CharField(label=gettext_lazy("Help in Russian"), required=False)
    help_en = forms.CharField(label=gettext_lazy("Help in English"), required=False)
    choices = _NeededWhereShown(
        label=gettext_lazy("Answers to choose from, one a line"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    choices_en = forms.CharField(
        label=gettext_lazy("The same answers in English, one a line"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    max_length = forms.IntegerField(
        label=gettext_lazy("Longest answer, characters"), min_value=1, required=False
    )
    key = forms.SlugField(
        label=gettext_lazy("Code"),
        max_length=40,
        required=False,
        help_text=gettext_lazy(
            "Programs know the answer by it: Latin letters, digits and underscores. Left empty, it"
            " is made from the question."
        ),
    )

    def has_changed(self) -> bool:
        """A question in which nothing is written is none: its form may be left on the page."""
        values = (self[name].data for name in self.fields if name not in _CHOSEN)
        return any(str(value or "").strip() for value in values)

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"].replace("-", "_").lower()
        # The form posts these names itself, next to the answers.
        if key in RESERVED:
            raise forms.ValidationError(_("This code is taken by the form itself."))
        return key

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("kind") not in _KINDS_WITH_CHOICES:
            return given | {"choices": "", "choices_en": ""}
        if not given.get("choices", "").strip():
            self.add_error("choices", _("Write the answers to choose from."))
        in_english = _lines(given.get("choices_en", ""))
        if in_english and len(in_english) != len(_lines(given.get("choices", ""))):
            self.add_error(
                "choices_en",
                _("Write as many answers in English as in Russian, in the same order, or none."),
            )
        return given

    def question(self) -> Field:
        given = self.cleaned_data
        return Field(
            key=given["key"],
            kind=FieldKind(given["kind"]),
            label_ru=given["label_ru"],
            label_en=given["label_en"],
            help_ru=given["help_ru"],
            help_en=given["help_en"],
            required=given["required"],
            max_length=given["max_length"] or 0,
            choices=_lines(given["choices"]),
            choices_en=_lines(given["choices_en"]),
        )


# They have a value in every question, also in one in which nothing is written.
_CHOSEN = frozenset({"kind", "required", "DELETE"})


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


class Questions(BaseFormSet):  # type: ignore[type-arg]  # generic in the stubs alone
    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        # The form in which nothing is written may be any of them, because they can be moved.
        may_be_empty = {} if index is None else {"empty_permitted": True}
        return {**super().get_form_kwargs(index), **may_be_empty}

    def clean(self) -> None:
        """Make the codes that were left empty, each unlike all others of the form."""
        filled = self._filled()
        taken = {*RESERVED, *(one.cleaned_data["key"] for one in filled)}
        # A patronymic posts a second name, for its tick «нет отчества».
        taken |= {none_key(Field(key, FieldKind.PATRONYMIC)) for key in taken}
        for one in filled:
            given = one.cleaned_data
            if not given["key"]:
                name = given["label_en"] or given["label_ru"]
                given["key"] = code_from(name, taken=taken, joined_by="_", otherwise="question")
                taken.add(given["key"])

    def fields(self) -> list[Field]:
        """Return the fields of the questions that are filled in without errors."""
        self.full_clean()
        return [one.question() for one in self._filled() if not one.cleaned_data.get("DELETE")]

    def _filled(self) -> list[QuestionForm]:
        return [one for one in self.forms if one.is_valid() and one.has_changed()]


QuestionFormSet = cast(
    "type[Questions]",
    forms.formset_factory(
        QuestionForm,
        formset=Questions,
        extra=0,
        can_delete=True,
        max_num=_MOST_QUESTIONS,
        validate_max=True,
    ),
)


def formset_of(fields: Sequence[Field]) -> Questions:
    return QuestionFormSet(initial=[_initial(field) for field in fields])


def is_arranged(posted: QueryDict) -> bool:
    return not posted.keys().isdisjoint(_ARRANGING)


def arranged(posted: QueryDict) -> tuple[Questions, Sequence[Field]]:
    """Return the questions with one more or with two exchanged, and the fields for the preview.

    Nothing is refused: a person who presses such a button has not finished yet.
    """
    questions = _posted_questions(posted)
    if "add" in posted:
        questions.append({})
    place, new_place = move_of(posted)
    if 0 <= new_place < len(questions) and place < len(questions):
        questions[place], questions[new_place] = questions[new_place], questions[place]
    shown = QuestionFormSet(initial=questions)
    if "add" in posted:
        shown.forms[-1].fields["label_ru"].widget.attrs["autofocus"] = True
    return shown, QuestionFormSet(_as_posted(questions)).fields()


def move_of(posted: QueryDict) -> tuple[int, int]:
    """Return the old and the new position of the moved question; both are -1 if none is moved."""
    match = _MOVE.fullmatch(posted.get("move", ""))
    if match is None:
        return -1, -1
    place = int(match[2])
    return place, max(place - 1, 0) if match[1] == "up" else place + 1


def _posted_questions(posted: QueryDict) -> list[dict[str, str]]:
    # The count comes from the browser.
    count = min(read_id(posted.get("form-TOTAL_FORMS", "")) or 0, _MOST_QUESTIONS)
    names = (*QuestionForm.base_fields, "DELETE")
    return [{name: posted.get(f"form-{at}-{name}", "") for name in names} for at in range(count)]


def _as_posted(questions: Sequence[Mapping[str, str]]) -> dict[str, str | int]:
    values = {
        f"form-{at}-{name}": value
        for at, question in enumerate(questions)
        for name, value in question.items()
        if value
    }
    return {"form-TOTAL_FORMS": len(questions), "form-INITIAL_FORMS": 0, **values}


def _initial(field: Field) -> dict[str, Any]:
    return {
        "key": field.key,
        "kind": field.kind.value,
        "label_ru": field.label_ru,
        "label_en": field.label_en,
        "help_ru": field.help_ru,
        "help_en": field.help_en,
        "required": field.required,
        "max_length": field.max_length or None,
        "choices": "\n".join(field.choices),
        "choices_en": "\n".join(field.choices_en),
    }
