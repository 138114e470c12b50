import base64
import re
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.forms import BaseFormSet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certificates import listings
from certificates.applications import previews
from certificates.applications.previews import PreviewsBusy, Sharpness
from certificates.fields import Field, FieldKind, fields_to_json
from certificates.form import samples
from certificates.form.kinds import KINDS, Control
from certificates.models import Application, FormVersion, Programme
from certificates.permissions import access_programme_for_update, require_programme_editor
from certificates.programmes import (
    UnusableForm,
    configure_programme,
    create_programme,
    publish_form,
)
from certificates.rendering import DoesNotFit, UnprintableText
from certificates.web.questions import RESERVED, blank
from core.inputs import read_id
from core.web.forms import zone_help
from core.web.http import HttpRequest


class ProgrammeForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    class Meta:
        model = Programme
        fields: ClassVar = [
            "title_ru",
            "title_en",
            "summary_ru",
            "summary_en",
            "statement_ru",
            "statement_en",
            "template",
            "approval",
            "opens_at",
            "closes_at",
            "limit_per_person",
            "valid_months",
            "correction_days",
            "attach_document",
            "retention_law_ru",
            "retention_law_en",
        ]
        widgets: ClassVar = {
            # With the seconds: without them, saving the page would move the moment unseen.
            "opens_at": forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M:%S"),
            "closes_at": forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M:%S"),
        }
        help_texts: ClassVar = {"opens_at": zone_help(), "closes_at": zone_help()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Chosen by primary key, as the model's initial value is: a browser shows the first option
        # where none is selected, and saving any other setting would then change the template.
        self.fields["template"] = forms.ModelChoiceField(
            listings.offered_templates(self.instance),
            label=_("Template of the document"),
            empty_label=None,
        )

    def clean(self) -> dict[str, Any]:
        """Keep line breaks as they were stored: forms send each as CRLF."""
        cleaned = super().clean() or self.cleaned_data
        texts = {name: text for name, text in cleaned.items() if isinstance(text, str)}
        return cleaned | {name: text.replace("\r\n", "\n") for name, text in texts.items()}


class NewProgrammeForm(ProgrammeForm):
    class Meta(ProgrammeForm.Meta):
        fields: ClassVar = ["slug", "number_prefix", *ProgrammeForm.Meta.fields]


# The page asks for choices at every question, but only these kinds need them.
_KINDS_WITH_CHOICES = {kind.value for kind, spec in KINDS.items() if spec.control is Control.SELECT}
_KIND_CHOICES = [(kind.value, spec.label) for kind, spec in KINDS.items()]


class QuestionForm(forms.Form):
    key = forms.SlugField(label=gettext_lazy("Code"), max_length=40)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=_KIND_CHOICES,
    )
    label_ru = forms.CharField(label=gettext_lazy("Question in Russian"), max_length=200)
    label_en = forms.CharField(
        label=gettext_lazy("Question in English"), max_length=200, required=False
    )
    help_ru = forms.CharField(label=gettext_lazy("Help in Russian"), required=False)
    help_en = forms.CharField(label=gettext_lazy("Help in English"), required=False)
    required = forms.BooleanField(label=gettext_lazy("Must be answered"), required=False)
    max_length = forms.IntegerField(
        label=gettext_lazy("Longest answer, characters"), min_value=1, required=False
    )
    choices = forms.CharField(
        label=gettext_lazy("Answers to choose from, one a line"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    choices_en = forms.CharField(
        label=gettext_lazy("The same answers in English, one a line"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"].replace("-", "_").lower()
        # The form posts these names itself, next to the answers.
        if key in RESERVED:
            raise forms.ValidationError(_("This code is taken by the form itself."))
        return key

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("kind") in _KINDS_WITH_CHOICES and not given.get("choices", "").strip():
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


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


QuestionFormSet = forms.formset_factory(
    QuestionForm, extra=1, can_delete=True, max_num=60, validate_max=True
)
_QUESTION = re.compile(r"form-([0-9]{1,3})-(.+)")
_MOVE = re.compile(r"(up|down):([0-9]{1,3})")
# Buttons that rearrange the questions on the page and publish nothing.
_ARRANGING = ("add", "move")


@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    require_programme_editor(request.user, request.site)
    offered = listings.programmes(request.site)
    return render(request, "certificates/registrar/programmes.html", {"programmes": offered})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    registrar = require_programme_editor(request.user, request.site)
    form = NewProgrammeForm(request.POST or None, instance=Programme(site=request.site))
    if form.is_valid():
        create_programme(programme=form.instance, actor=registrar)
        return redirect("certificates:programme-form", slug=form.instance.slug)
    context = {"form": form, "title": _("A new programme")}
    return _page(request, "certificates/registrar/programme.html", context, bad=form.is_bound)


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    programme = access_programme_for_update(request.user, request.site, slug)
    form = ProgrammeForm(request.POST or None, instance=programme)
    if form.is_valid():
        try:
            configure_programme(programme=programme, changed=form.changed_data)
        except UnusableForm as refusal:
            form.add_error("template", str(refusal.detail))
        else:
            messages.success(request, _("Saved."))
            return redirect("certificates:programme-settings", slug=slug)
    context = {"form": form, "programme": programme, "title": programme.title}
    return _page(request, "certificates/registrar/programme.html", context, bad=form.is_bound)


@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, slug: str) -> HttpResponse:
    programme = access_programme_for_update(request.user, request.site, slug)
    registrar = require_programme_editor(request.user, request.site)
    newest = programme.forms.newest()
    fields = newest.fields if newest else ()
    # Such a button keeps what is typed, and must not complain that it is unfinished.
    arranged = not request.POST.keys().isdisjoint(_ARRANGING)
    formset = QuestionFormSet(_posted(request), initial=[_initial(field) for field in fields])
    error = None
    if formset.is_bound and not arranged and formset.is_valid():
        try:
            publish_form(programme=programme, fields=_fields(formset), actor=registrar)
        except UnusableForm as refusal:
            error = refusal
        else:
            messages.success(request, _("Published. Applications under way keep their form."))
            return redirect("certificates:programme-form", slug=slug)
    context = {
        **_preview(programme, _fields(formset) if formset.is_bound else fields),
        "programme": programme,
        "formset": formset,
        "version": newest,
        "error": error,
        "moved": _move(request.POST.get("move", ""))[1],
    }
    bad = formset.is_bound and not arranged
    return _page(request, "certificates/registrar/form.html", context, bad=bad)


def _posted(request: HttpRequest) -> QueryDict | None:
    """Return the posted form, by the button pressed with one question more or two exchanged."""
    if request.method != "POST":
        return None
    if "move" in request.POST:
        return _exchanged(request.POST, *_move(request.POST["move"]))
    if "add" not in request.POST:
        return request.POST
    more = request.POST.copy()
    total = read_id(more.get("form-TOTAL_FORMS", ""))
    # The count comes from the browser: a broken one goes on unchanged, and the formset reports it.
    if total is not None:
        more["form-TOTAL_FORMS"] = str(total + 1)
    return more


def _move(posted: str) -> tuple[int, int]:
    """Return the old and the new position of the moved question; both are -1 if none is moved."""
    match = _MOVE.fullmatch(posted)
    if match is None:
        return -1, -1
    place = int(match[2])
    return place, max(place - 1, 0) if match[1] == "up" else place + 1


def _exchanged(posted: QueryDict, one: int, other: int) -> QueryDict:
    places = {str(one): other, str(other): one}
    exchanged = QueryDict(mutable=True)
    for name, values in posted.lists():
        match = _QUESTION.fullmatch(name)
        if match and match[1] in places:
            exchanged.setlist(f"form-{places[match[1]]}-{match[2]}", values)
        else:
            exchanged.setlist(name, values)
    return exchanged


def _fields(formset: "BaseFormSet[QuestionForm]") -> list[Field]:
    """Return the fields of the questions that are filled in without errors."""
    return [
        one.question()
        for one in formset.forms
        if one.is_valid() and one.cleaned_data.get("key") and not one.cleaned_data.get("DELETE")
    ]


@require_POST
def form_preview(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the unpublished form as applicants would see it."""
    programme = access_programme_for_update(request.user, request.site, slug)
    formset = QuestionFormSet(request.POST)
    context = _preview(programme, _fields(formset)) | {"programme": programme}
    return render(request, "certificates/registrar/form_preview.html", context)


def _preview(programme: Programme, fields: Sequence[Field]) -> dict[str, Any]:
    version = FormVersion(programme=programme, questions=fields_to_json(fields))
    sample = Application(programme=programme, form=version, answers=samples.answers(fields))
    try:
        drawn = previews.preview(sample, Sharpness.BESIDE_THE_FORM)
    except (DoesNotFit, UnprintableText, PreviewsBusy) as error:
        return {"questions": blank(version), "fault": error}
    return {"questions": blank(version), "drawn": base64.b64encode(drawn).decode()}


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


def _page(
    request: HttpRequest, template: str, context: dict[str, Any], *, bad: bool
) -> HttpResponse:
    return render(request, template, context, status=422 if bad else 200)
