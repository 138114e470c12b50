from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from comments.admin.rows import RatesField, SectionModesField
from comments.models import CommentSettings, EmailSettings, EmailText
from core.administration import PublicationAdmin, RecordedInline
from core.encryption import EncryptedTextField
from core.lines import LinesField


class CommentSettingsForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    section_modes = SectionModesField(
        label=_("New comments by section"),
        help_text=_("Only sections whose mode differs from the one above."),
    )
    without_rates = forms.BooleanField(
        label=_("No limits on posting"), required=False, widget=UnfoldBooleanSwitchWidget()
    )
    rates = RatesField(
        label=_("Limits on posting"),
        help_text=_(
            "Without a row the usual limits hold: 3 comments in 10 seconds, 10 in 5 minutes, "
            "100 in a day."
        ),
    )
    allowed_domains = LinesField(
        label=_("Domains that may always be linked to"),
        help_text=_("One a line, like example.org; subdomains belong to it."),
        required=False,
        widget=UnfoldAdminTextareaWidget(),
    )

    class Meta:
        model = CommentSettings
        # The page's own list of fields replaces this one.
        fields: ClassVar = ["section_modes", "rates", "allowed_domains"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # An empty list and no list differ: the first switches the limits off.
        self.initial.setdefault("without_rates", self.instance.rates == [])

    def clean(self) -> dict[str, Any]:
        cleaned_data = super().clean() or self.cleaned_data
        if cleaned_data.get("without_rates"):
            cleaned_data["rates"] = []
        return cleaned_data


@admin.register(CommentSettings)
class CommentSettingsAdmin(PublicationAdmin):
    form = CommentSettingsForm
    formfield_overrides: ClassVar = {EncryptedTextField: {"widget": UnfoldAdminTextInputWidget}}
    list_display = ["site", "mode", "max_depth", "edit_minutes"]
    fieldsets: ClassVar = [
        (None, {"fields": ["site"]}),
        (
            _("Discussions"),
            {"fields": ["mode", "section_modes", "close_after_days", "max_depth", "edit_minutes"]},
        ),
        (_("Length and pace"), {"fields": ["min_length", "max_length", "without_rates", "rates"]}),
        (
            _("Links and words"),
            {
                "fields": [
                    "links",
                    "allowed_domains",
                    "most_links",
                    "newcomers_link",
                    "hold_disguised_words",
                ]
            },
        ),
        (
            _("Newcomers and trust"),
            {"fields": ["newcomer_comments", "newcomer_hours", "trust_sample", "trusted_up_to"]},
        ),
        (_("Reports"), {"fields": ["reports_to_hold", "report_sample", "tell_reporters"]}),
        (
            _("Removed comments"),
            {"fields": ["placeholder", "author_notice", "rejected_texts_kept_days"]},
        ),
        (
            _("Your own moderation service"),
            {
                "fields": [
                    "external_review_url",
                    "external_review_secret",
                    "external_review_seconds",
                    "external_review_rule",
                ]
            },
        ),
    ]


class EmailTextInline(RecordedInline):
    model = EmailText
    extra = 0


@admin.register(EmailSettings)
class EmailSettingsAdmin(PublicationAdmin):
    list_display = ["site", "jurisdiction", "appeal_days"]
    inlines = [EmailTextInline]
