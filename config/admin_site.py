from collections.abc import Callable, Iterable
from typing import Any, cast

from csp.decorators import csp_update
from django.conf import settings
from django.contrib.admin import ModelAdmin
from django.contrib.auth.views import redirect_to_login
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from unfold.sites import UnfoldAdminSite

from accounts.permissions import Permission, can_open_administration, require
from core.errors import NotPermitted
from core.models import Site

# What else Django and allauth bring along would be written past our actions and their record.
_CONFIGURED = {"core", "accounts", "comments", "certificates"}
# Unfold writes styles into its pages, and its Alpine.js compiles the attributes of its own pages.
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
        super().register(filter(self._is_wanted, models), admin_class, **options)

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

    def login(self, request: HttpRequest, extra_context: object = None) -> HttpResponse:  # noqa: ARG002 - Django's
        if request.user.is_authenticated:
            # Redirecting a person without access to the sign-in page would loop forever.
            require(request.user, Permission.ADMINISTER, cast("Site", request.site))
            raise NotPermitted
        return redirect_to_login(request.GET.get("next", "/admin/"))
