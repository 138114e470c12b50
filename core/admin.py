from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextareaWidget

from core.lines import LinesField
from core.models import Site
from core.sites import embed_code

# As Unfold styles its own buttons.
_BUTTON = "cursor-pointer font-medium rounded-default bg-primary-600 px-3 py-2 text-white"


class SiteForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    origins = LinesField(
        label=_("Origins"),
        help_text=_("Where the publication's pages live: one a line, like https://example.org."),
        widget=UnfoldAdminTextareaWidget(),
    )

    class Meta:
        model = Site
        # The page's own list of fields replaces this one.
        fields: ClassVar = ["origins"]


@admin.register(Site)
class SiteAdmin(ModelAdmin):
    form = SiteForm
    list_display = ["slug", "name_ru", "registration_number", "complaints_email"]
    fieldsets: ClassVar = [
        (None, {"fields": ["slug", "name_ru", "name_en"]}),
        (_("Where it is"), {"fields": ["origins", "time_zone"]}),
        (
            _("Imprint"),
            {
                "fields": [
                    "legal_name_ru",
                    "legal_name_en",
                    "registration_number",
                    "registered_on",
                    "founder_ru",
                    "founder_en",
                    "editor_in_chief_ru",
                    "editor_in_chief_en",
                ]
            },
        ),
        (_("E-mail"), {"fields": ["complaints_email", "email_from"]}),
    ]

    readonly_fields: ClassVar = ["embed_code"]

    class Media:
        js: ClassVar = [forms.Script("otklik/copy.js", type="module")]

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Site | None:
        site: Site | None = super().get_object(request, object_id, from_field)
        if site is not None:
            # A read-only field knows its object and not the request.
            vars(site)["embed_code"] = embed_code(site, request.build_absolute_uri("/"))
        return site

    def get_fieldsets(self, request: HttpRequest, obj: Site | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        # A publication that is being added has no code yet.
        return [*fieldsets, (_("On your pages"), {"fields": ["embed_code"]})] if obj else fieldsets

    @admin.display(description=_("Code for a page with comments"))
    def embed_code(self, site: Site) -> SafeString:
        code = vars(site).get("embed_code", "")
        return format_html(
            '<textarea readonly rows="4" style="width: 100%; font-family: monospace" '
            'aria-label="{}" onfocus="this.select()">{}</textarea>'
            '<p style="margin: 8px 0"><button type="button" hidden class="{}" data-copy="{}"'
            ' data-copied="{}">{}</button> <span role="status"></span></p><p>{}</p>',
            _("Code for a page with comments"),
            code,
            _BUTTON,
            code,
            _("The code is copied."),
            _("Copy the code"),
            _(
                "Give each page a key of its own. "
                "The page's origin must be one of the origins above."
            ),
        )
