from collections.abc import Callable, Iterable
from typing import Any, cast

from csp.decorators import csp_update
from django.conf import settings
from django.contrib.admin import ModelAdmin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.sites import UnfoldAdminSite

from accounts.actions import delete_setting, save_setting
from accounts.models import User
from accounts.permissions import Permission, can_open_administration, require
from core.administration import RecordedAdmin, SiteOf
from core.errors import NotPermitted
from core.models import Site

# What else Django and allauth bring along would be written past our actions and their record.
_CONFIGURED = {"core", "accounts", "comments", "certificates"}
# Unfold writes styles into its pages, and its Alpine.js compiles the attributes of these pages.
# Inline scripts stay forbidden.
_POLICY = csp_update(
    {
        "script-src": [settings.CSP_SELF, "'unsafe-eval'"],
        "style-src": [settings.CSP_SELF, "'unsafe-inline'"],
    }
)
_CONFIGURED_OF_OTHERS = {"allauth_idp_oidc.client"}


class AdminSite(UnfoldAdminSite):
    """Behind the same sign-in as everything, second factor included."""

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: "type[ModelAdmin[Any]] | None" = None,
        **options: Any,
    ) -> None:
        models = (model_or_iterable,) if isinstance(model_or_iterable, type) else model_or_iterable
        # Where an app of ours registered the model of a library, the library's page comes too late.
        wanted = list(filter(self._is_wanted, models))
        if wanted and not (admin_class and issubclass(admin_class, RecordedAdmin)):
            raise ImproperlyConfigured(f"{wanted} need a page based on core.administration.")
        super().register(wanted, admin_class, **options)

    def _is_wanted(self, model: type[Model]) -> bool:
        if model._meta.label_lower in _CONFIGURED_OF_OTHERS:
            return model not in self._registry
        return model._meta.app_label in _CONFIGURED

    def admin_view(
        self, view: Callable[..., HttpResponse], cacheable: bool = False
    ) -> Callable[..., HttpResponse]:
        return cast("Callable[..., HttpResponse]", _POLICY(super().admin_view(view, cacheable)))

    def has_permission(self, request: HttpRequest) -> bool:
        return can_open_administration(request.user, cast("Site", request.site))

    def save_row(self, request: HttpRequest, row: Model, site_of: SiteOf) -> None:
        save_setting(row=row, site_of=site_of, actor=cast("User", request.user))

    def delete_row(self, request: HttpRequest, row: Model, site_of: SiteOf) -> None:
        delete_setting(row=row, site_of=site_of, actor=cast("User", request.user))

    # Django's page would change the password without an audit event and an e-mail.
    def password_change(self, _request: HttpRequest, _extra_context: Any = None) -> HttpResponse:
        return redirect("account_change_password")

    def password_change_done(
        self, _request: HttpRequest, _extra_context: Any = None
    ) -> HttpResponse:
        return redirect("account_change_password")

    def login(self, request: HttpRequest, extra_context: object = None) -> HttpResponse:  # noqa: ARG002 - Django's
        if request.user.is_authenticated:
            # Redirecting a person without access to the sign-in page would loop forever.
            require(request.user, Permission.ADMINISTER, cast("Site", request.site))
            raise NotPermitted
        return redirect_to_login(request.GET.get("next", "/admin/"))
