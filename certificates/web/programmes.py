import base64
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certificates import listings
from certificates.applications import previews
from certificates.applications.previews import Sharpness
from certificates.fields import Field, fields_to_json
from certificates.form import samples
from certificates.models import Application, FormVersion, Programme
from certificates.numbers import prefix_letters, read_prefix
from certificates.permissions import access_programme_for_update, require_programme_editor
from certificates.programmes import (
    UnusableForm,
    configure_programme,
    create_programme,
    free_prefix,
    free_slug,
    is_taken,
    publish_form,
)
from certificates.rendering import DoesNotFit, TooDemanding, UnprintableText
from certificates.web import form_builder
from certificates.web.form_builder import QuestionFormSet
from certificates.web.questions import blank
from core.errors import Busy
from core.web.forms import zone_help
from core.web.http import HttpRequest

_SENTENCES = ("summary_ru", "summary_en", "statement_ru", "statement_en")


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
            # A sentence or two: a line that grows.
            **{name: forms.Textarea({"rows": 1, "data-autosize": True}) for name in _SENTENCES},
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
    slug = forms.SlugField(
        label=gettext_lazy("Code in addresses"),
        max_length=50,
        required=False,
        help_text=gettext_lazy(
            "Latin letters, digits and hyphens. Left empty, it is made from the title."
        ),
    )
    number_prefix = forms.CharField(
        label=gettext_lazy("Letters of the number"),
        max_length=4,
        required=False,
        help_text=gettext_lazy(
            "One to four of the letters A, B, C, E, H, K, M, P, T, X: they look the same in Russian"
            " and in English. Left empty, free ones are chosen. They never change."
        ),
    )

    class Meta(ProgrammeForm.Meta):
        fields: ClassVar = [*ProgrammeForm.Meta.fields, "slug", "number_prefix"]

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if is_taken(self.instance.site, slug):
            raise forms.ValidationError(_("Another programme has this code."))
        return slug

    def clean_number_prefix(self) -> str:
        return read_prefix(self.cleaned_data["number_prefix"])

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        title = given.get("title_ru", "")
        if "slug" in given and not given["slug"]:
            given["slug"] = free_slug(self.instance.site, title)
        if "number_prefix" in given and not given["number_prefix"]:
            given["number_prefix"] = free_prefix(prefix_letters(title))
        return given


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
    registrar = require_programme_editor(request.user, request.site)
    form = ProgrammeForm(request.POST or None, instance=programme)
    if form.is_valid():
        try:
            configure_programme(programme=programme, changed=form.changed_data, actor=registrar)
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
    error = None
    if request.method != "POST":
        fields: Sequence[Field] = newest.fields if newest else ()
        formset = form_builder.formset_of(fields)
    elif form_builder.is_arranged(request.POST):
        formset, fields = form_builder.arranged(request.POST)
    else:
        formset = QuestionFormSet(request.POST)
        fields = formset.fields()
        if formset.is_valid():
            try:
                publish_form(programme=programme, fields=fields, actor=registrar)
            except UnusableForm as refusal:
                error = refusal
            else:
                messages.success(request, _("Published. Applications under way keep their form."))
                return redirect("certificates:programme-form", slug=slug)
    context = {
        **_preview(programme, fields),
        "programme": programme,
        "formset": formset,
        "version": newest,
        "error": error,
        "moved": form_builder.move_of(request.POST)[1],
    }
    return _page(request, "certificates/registrar/form.html", context, bad=formset.is_bound)


@require_POST
def form_preview(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the unpublished form as applicants would see it."""
    programme = access_programme_for_update(request.user, request.site, slug)
    fields = QuestionFormSet(request.POST).fields()
    context = _preview(programme, fields) | {"programme": programme}
    return render(request, "certificates/registrar/form_preview.html", context)


def _preview(programme: Programme, fields: Sequence[Field]) -> dict[str, Any]:
    version = FormVersion(programme=programme, questions=fields_to_json(fields))
    sample = Application(programme=programme, form=version, answers=samples.answers(fields))
    try:
        drawn = previews.preview(sample, Sharpness.BESIDE_THE_FORM)
    except (DoesNotFit, TooDemanding, UnprintableText, Busy) as error:
        return {"questions": blank(version), "fault": error}
    return {"questions": blank(version), "drawn": base64.b64encode(drawn).decode()}


def _page(
    request: HttpRequest, template: str, context: dict[str, Any], *, bad: bool
) -> HttpResponse:
    return render(request, template, context, status=422 if bad else 200)
