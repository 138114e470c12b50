"""The bases of all pages of the administration: what they show, and by what they write.

`config/admin_site.py` refuses a page with another base.
"""

from collections.abc import Callable
from typing import Any, ClassVar, Protocol, cast

from django.contrib.admin import RelatedFieldListFilter
from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignKey, Model, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin, StackedInline

from core.models import Site

SiteOf = Callable[[Any], Site | None]


class WritingSite(Protocol):
    """The administration, which writes by actions that check the person and record the change."""

    def save_row(self, request: HttpRequest, row: Model, site_of: SiteOf) -> None: ...

    def delete_row(self, request: HttpRequest, row: Model, site_of: SiteOf) -> None: ...


def is_superuser(request: HttpRequest) -> bool:
    """Return whether the person looks after the whole installation."""
    return bool(getattr(request.user, "is_superuser", False))


class RecordedAdmin(ModelAdmin):
    """A page whose every change goes through an action with an audit event."""

    def site_of(self, row: Any) -> Site | None:
        """Return the publication whose administrators may change the row; None: superusers."""
        raise NotImplementedError

    def is_open(self, request: HttpRequest) -> bool:
        raise NotImplementedError

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.is_open(request)

    def has_view_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return self.is_open(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.is_open(request)

    def has_change_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return self.is_open(request)

    def has_delete_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return self.is_open(request)

    # Django passes these arguments by their names.
    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:  # noqa: ARG002
        self._writing_site.save_row(request, obj, self.site_of)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:  # noqa: ARG002
        def site_of(_row: Model) -> Site | None:
            return self.site_of(form.instance)

        changed = formset.save(commit=False)
        for row in formset.deleted_objects:
            self._writing_site.delete_row(request, row, site_of)
        for row in changed:
            self._writing_site.save_row(request, row, site_of)
        formset.save_m2m()

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        self._writing_site.delete_row(request, obj, self.site_of)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for row in queryset:
            self.delete_model(request, row)

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer the rows that the person sees on the page of the other model."""
        other = self.admin_site._registry.get(db_field.related_model)
        if other is not None:
            kwargs.setdefault("queryset", other.get_queryset(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [
            (one, VisibleRowsFilter) if isinstance(one, str) and self._is_relation(one) else one
            for one in super().get_list_filter(request)
        ]

    def _is_relation(self, name: str) -> bool:
        try:
            return bool(self.opts.get_field(name).is_relation)
        except FieldDoesNotExist:
            return False

    @property
    def _writing_site(self) -> WritingSite:
        return cast("WritingSite", self.admin_site)


class PublicationAdmin(RecordedAdmin):
    """Rows of one publication, for its administrators. Superusers see those of all."""

    # From the row to its publication, as in a look-up; empty for a publication itself.
    site_path: ClassVar[str] = "site"

    def site_of(self, row: Any) -> Site | None:
        for name in filter(None, self.site_path.split("__")):
            row = getattr(row, name)
        return cast("Site | None", row)

    def is_open(self, request: HttpRequest) -> bool:
        return bool(self.admin_site.has_permission(request))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        if is_superuser(request):
            return rows
        return rows.filter(**{self.site_path or "pk": cast("Site", request.site).pk})


class InstallationAdmin(RecordedAdmin):
    """Settings of the whole installation, for superusers alone."""

    def site_of(self, _row: Any) -> Site | None:
        return None

    def is_open(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request) and is_superuser(request)


class ReadOnlyAdmin(PublicationAdmin):
    """Rows that can be viewed here but not changed: actions write them elsewhere."""

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False


class RecordedInline(StackedInline):
    """Rows on the page of another row, for the people who may change that row."""

    def has_view_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return self._is_open(request)

    def has_add_permission(self, request: HttpRequest, _obj: Any) -> bool:
        return self._is_open(request)

    def has_change_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return self._is_open(request)

    def has_delete_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return self._is_open(request)

    def _is_open(self, request: HttpRequest) -> bool:
        page = cast("RecordedAdmin", self.admin_site._registry[self.parent_model])
        return page.is_open(request)


class VisibleRowsFilter(RelatedFieldListFilter):
    """A filter that names the rows only that the person sees on the page of the other model."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        other = model_admin.admin_site.get_model_admin(field.remote_field.model)
        return field.get_choices(
            include_blank=False,
            ordering=self.field_admin_ordering(field, request, model_admin),
            limit_choices_to={"pk__in": other.get_queryset(request).values("pk")},
        )
