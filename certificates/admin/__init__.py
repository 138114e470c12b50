from typing import ClassVar

from django.conf import settings
from django.contrib import admin
from django.contrib.admin import ChoicesFieldListFilter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from certificates.admin.columns import column, titled
from certificates.admin.templates import TemplateAdmin
from certificates.models import (
    Certificate,
    CertificateEvent,
    Institution,
    Programme,
    Template,
    TemplateEvent,
)
from core.administration import PublicationAdmin, ReadOnlyAdmin, VisibleRowsFilter
from core.audit import AuditEvent, actor_name

admin.site.register(Template, TemplateAdmin)


@admin.register(Programme)
class ProgrammeAdmin(PublicationAdmin):
    list_display = ["title_ru", "site", "number_prefix", "approval", "opens_at", "closes_at"]
    list_filter = ["site", "approval"]
    search_fields = ["title_ru", "title_en", "slug"]
    # A programme needs a form from the start, so only the registrar's page creates one.
    readonly_fields = ["site", "slug", "number_prefix", "template"]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False


@admin.register(Institution)
class InstitutionAdmin(PublicationAdmin):
    list_display = ["name", "site"]
    list_filter = ["site"]
    search_fields = ["name"]


@admin.display(description=_("Who"))
def _who(event: AuditEvent) -> str:
    return actor_name(event.actor_label)


@admin.display(description=_("Language"))
def _language(certificate: Certificate) -> str:
    return str(dict(settings.LANGUAGES)[certificate.language])


@admin.register(Certificate)
class CertificateAdmin(ReadOnlyAdmin):
    """Without the raw content of the document, which the registrar's page shows in words."""

    site_path = "programme__site"

    list_display: ClassVar = [
        column("number", _("Number")),
        column("holder", _("Issued to")),
        column("title", _("Title of the document")),
        column("status", _("Status")),
        column("issued_at", _("Issued on")),
        column("mailed_at", _("E-mail sent")),
    ]
    readonly_fields: ClassVar = [
        *list_display,
        column("programme", _("Programme")),
        column("code", _("Verification code")),
        _language,
        column("email", _("E-mail")),
        column("expires_on", _("Valid until")),
        column("supersedes", _("Replaces the certificate")),
        column("superseded_at", _("Replaced")),
        column("revoked_at", _("Revoked")),
        column("revocation_reason", _("Reason for the revocation")),
        column("seal", _("Electronic seal")),
        column("sealed_at", _("Sealed")),
        column("timestamped_at", _("Confirmed by the timestamp service")),
        column("document_digest", _("SHA-256 of the document")),
        column("bounced_at", _("E-mail bounced")),
        column("bounce_reason", _("Why it bounced")),
        column("name_is_public", _("Everybody who enters the number sees the name")),
        column("erased_at", _("Personal data erased")),
    ]
    fields = readonly_fields
    list_filter: ClassVar = [
        ("programme", titled(VisibleRowsFilter, _("Programme"))),
        ("status", titled(ChoicesFieldListFilter, _("Status"))),
    ]
    search_fields = ["number", "holder", "email"]


_DETAILS = [
    column("note", _("Note")),
    column("evidence", _("Evidence")),
]


@admin.register(CertificateEvent)
class CertificateEventAdmin(ReadOnlyAdmin):
    site_path = "application__programme__site"
    list_display: ClassVar = [
        column("at", _("When")),
        column("action", _("What")),
        column("application", _("Application")),
        column("certificate", _("Certificate")),
        _who,
    ]
    readonly_fields: ClassVar = [*list_display, *_DETAILS]
    fields = readonly_fields
    list_filter: ClassVar = [("action", titled(ChoicesFieldListFilter, _("What")))]
    # The columns name both; without this each row would cost two queries.
    list_select_related = ["application__programme", "certificate"]


@admin.register(TemplateEvent)
class TemplateEventAdmin(ReadOnlyAdmin):
    site_path = "template__site"
    list_display: ClassVar = [
        column("at", _("When")),
        column("action", _("What")),
        column("template", _("Template")),
        column("number", _("Version")),
        _who,
    ]
    readonly_fields: ClassVar = [*list_display, *_DETAILS]
    fields = readonly_fields
    list_filter: ClassVar = [("action", titled(ChoicesFieldListFilter, _("What")))]
    list_select_related = ["template"]
