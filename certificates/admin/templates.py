from collections.abc import Callable
from typing import ClassVar, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest as DjangoHttpRequest
from django.http import HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from certificates.admin import editor, render_checks, template_pages
from certificates.admin.columns import column
from certificates.models import Template
from core.administration import PublicationAdmin
from core.web.http import HttpRequest

_VERSION = "<int:template_id>/versions/<int:number>/"


class TemplateAdmin(PublicationAdmin):
    """The list of templates. The pages behind it are our own views, which write through actions."""

    list_display: ClassVar = [
        column("name", _("Name"), is_in_database=False),
        "slug",
        "version_in_use",
    ]
    search_fields = ["name_ru", "name_en", "slug"]

    def get_queryset(self, request: DjangoHttpRequest) -> QuerySet[Template]:
        # The pages behind the list are those of the request's publication, also for superusers.
        return Template.objects.of_site(cast("HttpRequest", request).site)

    @admin.display(description=_("version in use"))
    def version_in_use(self, template: Template) -> str:
        return str(template.active.number) if template.active else "—"

    # Issued certificates and programmes refer to the template and its versions.
    def has_delete_permission(self, _request: DjangoHttpRequest, _obj: object = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        paths = [
            self._path("add/", template_pages.new, "certificates_template_add"),
            self._path(
                "<int:template_id>/change/", template_pages.template, "certificates_template_change"
            ),
            self._path(
                "<int:template_id>/versions/",
                template_pages.create_draft,
                "certificates_template_create_draft",
            ),
            self._path(_VERSION, editor.editor, "certificates_template_version"),
            self._path(f"{_VERSION}preview/", editor.preview, "certificates_template_preview"),
            self._path(
                f"{_VERSION}images/<str:role>/", editor.image, "certificates_template_image"
            ),
            self._path(
                f"{_VERSION}images/<str:role>/removal/",
                editor.remove_image,
                "certificates_template_remove_image",
            ),
            self._path(
                f"{_VERSION}render-check/",
                render_checks.render_check,
                "certificates_template_check",
            ),
            self._path(
                f"{_VERSION}render-check/<int:position>.png",
                render_checks.case_image,
                "certificates_template_check_image",
            ),
            self._path(
                f"{_VERSION}activation/",
                render_checks.activate,
                "certificates_template_activate",
            ),
            self._path(f"{_VERSION}discarding/", editor.discard, "certificates_template_discard"),
        ]
        # Ours first: the administration's last pattern, `<path:object_id>/`, takes every address.
        return [*paths, *super().get_urls()]

    def _path(self, route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
        guarded: Callable[..., HttpResponse] = self.admin_site.admin_view(view)
        return path(route, guarded, name=name)
