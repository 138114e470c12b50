from collections.abc import Callable

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest as DjangoHttpRequest
from django.http import HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from certificates.admin import editor, template_pages, template_trials
from certificates.models import Template
from core.web.http import HttpRequest

_VERSION = "<int:template_id>/versions/<int:number>/"


class TemplateAdmin(ModelAdmin):
    """The list; the pages behind it are ours, and write through actions."""

    list_display = ["name", "slug", "version_in_use"]
    search_fields = ["name_ru", "name_en", "slug"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Template]:
        return Template.objects.of_site(request.site)

    @admin.display(description=_("version in use"))
    def version_in_use(self, template: Template) -> str:
        return str(template.active.number) if template.active else "—"

    def has_delete_permission(self, _request: DjangoHttpRequest, _obj: object = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        ours = [
            self._page("add/", template_pages.new, "certificates_template_add"),
            self._page(
                "<int:template_id>/change/", template_pages.template, "certificates_template_change"
            ),
            self._page(
                "<int:template_id>/versions/", template_pages.begin, "certificates_template_begin"
            ),
            self._page(_VERSION, editor.editor, "certificates_template_version"),
            self._page(f"{_VERSION}preview/", editor.preview, "certificates_template_preview"),
            self._page(
                f"{_VERSION}pictures/<str:role>/", editor.picture, "certificates_template_picture"
            ),
            self._page(
                f"{_VERSION}pictures/<str:role>/removal/",
                editor.removal,
                "certificates_template_picture_removal",
            ),
            self._page(f"{_VERSION}trial/", template_trials.trial, "certificates_template_trial"),
            self._page(
                f"{_VERSION}trial/<int:position>.png",
                template_trials.picture,
                "certificates_template_trial_picture",
            ),
            self._page(
                f"{_VERSION}activation/",
                template_trials.activation,
                "certificates_template_activation",
            ),
            self._page(
                f"{_VERSION}discarding/", editor.discarding, "certificates_template_discarding"
            ),
        ]
        return [*ours, *super().get_urls()]

    def _page(self, route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
        guarded: Callable[..., HttpResponse] = self.admin_site.admin_view(view)
        return path(route, guarded, name=name)
