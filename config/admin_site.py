from typing import cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from unfold.sites import UnfoldAdminSite

from accounts.permissions import may_open_administration
from core.models import Site


class AdminSite(UnfoldAdminSite):
    """Behind the same sign-in as everything, second factor included."""

    def has_permission(self, request: HttpRequest) -> bool:
        return may_open_administration(request.user, cast("Site", request.site))

    def login(self, request: HttpRequest, extra_context: object = None) -> HttpResponse:  # noqa: ARG002 - Django's
        return redirect_to_login(request.GET.get("next", "/admin/"))
