from typing import ClassVar

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextareaWidget

from core.lines import LinesField
from core.models import Site


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
