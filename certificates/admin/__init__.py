from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from certificates.admin.templates import TemplateAdmin
from certificates.models import (
    Certificate,
    CertificateEvent,
    Institution,
    Programme,
    Template,
    TemplateEvent,
)
from core.audit import AuditEvent, actor_name

admin.site.register(Template, TemplateAdmin)


@admin.register(Programme)
class ProgrammeAdmin(ModelAdmin):
    list_display = ["title_ru", "site", "number_prefix", "approval", "opens_at", "closes_at"]
    list_filter = ["site", "approval"]
    search_fields = ["title_ru", "title_en", "slug"]
    # A programme needs a form from the start, so only the registrar's page creates one.
    readonly_fields = ["site", "slug", "number_prefix", "template"]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False


@admin.register(Institution)
class InstitutionAdmin(ModelAdmin):
    list_display = ["name", "site"]
    list_filter = ["site"]
    search_fields = ["name"]


# A change here would bypass the actions, and so the audit log and the e-mails.
class ReadOnlyAdmin(ModelAdmin):
    """The register and its audit log can be viewed here but not changed."""

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        return False


class EventAdmin(ReadOnlyAdmin):
    @admin.display(description=_("Who"))
    def who(self, event: AuditEvent) -> str:
        return actor_name(event.actor_label)


@admin.register(Certificate)
class CertificateAdmin(ReadOnlyAdmin):
    list_display = ["number", "holder", "title", "status", "issued_at", "mailed_at"]
    list_filter = ["programme", "status"]
    search_fields = ["number", "holder", "email"]


@admin.register(CertificateEvent)
class CertificateEventAdmin(EventAdmin):
    list_display = ["at", "action", "application", "certificate", "who"]
    list_filter = ["action"]
    # The columns name both; without this each row would cost two queries.
    list_select_related = ["application__programme", "certificate"]


@admin.register(TemplateEvent)
class TemplateEventAdmin(EventAdmin):
    list_display = ["at", "action", "template", "number", "who"]
    list_filter = ["action"]
    list_select_related = ["template"]
