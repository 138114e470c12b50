"""The pages of a template: its names, versions, programmes and audit log."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from certificates.document_templates import actions
from certificates.form.defaults import DEFAULT_TEMPLATES
from certificates.models import Template
from certificates.permissions import (
    access_template_for_update,
    access_template_version_for_update,
    require_template_editor,
)
from core.inputs import read_id
from core.web.http import HttpRequest

_EVENTS_SHOWN = 30


class NamesForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    class Meta:
        model = Template
        fields: ClassVar = ["name_ru", "name_en"]


class NewTemplateForm(NamesForm):
    default = forms.ChoiceField(
        label=gettext_lazy("Copy of"),
        choices=[(slug, template.name) for slug, template in DEFAULT_TEMPLATES.items()],
    )

    class Meta(NamesForm.Meta):
        fields: ClassVar = ["slug", *NamesForm.Meta.fields]

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        # A ModelForm checks uniqueness only over its own fields, and the site is none of them.
        if Template.objects.of_site(self.instance.site).filter(slug=slug).exists():
            raise forms.ValidationError(
                _("A template with this code already exists. Choose another code.")
            )
        return slug


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    administrator = require_template_editor(request.user, request.site)
    form = NewTemplateForm(request.POST or None, instance=Template(site=request.site))
    if form.is_valid():
        version = actions.create_template(
            template=form.instance, default=form.cleaned_data["default"], actor=administrator
        )
        return redirect("admin:certificates_template_version", version.template_id, version.number)
    context = {"form": form, "title": _("A new template")}
    return _page(request, "new", context, bad=form.is_bound)


@require_http_methods(["GET", "HEAD", "POST"])
def template(request: HttpRequest, template_id: int) -> HttpResponse:
    administrator = require_template_editor(request.user, request.site)
    shown = access_template_for_update(request.user, request.site, template_id)
    form = NamesForm(request.POST or None, instance=shown)
    if form.is_valid():
        actions.rename_template(template=form.instance, actor=administrator)
        messages.success(request, _("Saved."))
        return redirect("admin:certificates_template_change", template_id)
    context = {
        "form": form,
        "template": shown,
        "title": shown.name,
        "versions": shown.versions.select_related("activated_by"),
        "programmes": shown.programmes.all(),
        "events": shown.events.order_by("-id")[:_EVENTS_SHOWN],
    }
    return _page(request, "template", context, bad=form.is_bound)


@require_POST
def create_draft(request: HttpRequest, template_id: int) -> HttpResponse:
    """Create a draft that is a copy of the version `from`."""
    administrator = require_template_editor(request.user, request.site)
    number = read_id(request.POST.get("from", ""))
    version = access_template_version_for_update(
        request.user, request.site, template_id, number or 0
    )
    draft = actions.create_draft_from(version=version, actor=administrator)
    messages.success(request, _("This draft is a copy of version %d.") % version.number)
    return redirect("admin:certificates_template_version", template_id, draft.number)


def _page(
    request: HttpRequest, page: str, context: dict[str, Any], *, bad: bool = False
) -> HttpResponse:
    context = admin.site.each_context(request) | context
    name = f"admin/certificates/templates/{page}.html"
    return render(request, name, context, status=422 if bad else 200)
