from typing import cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from unfold.sites import UnfoldAdminSite

from accounts.permissions import Permission, may_open_administration, require
from core.errors import NotPermitted
from core.models import Site


class AdminSite(UnfoldAdminSite):
    """Behind the same sign-in as everything, second factor included."""

    def has_permission(self, request: HttpRequest) -> bool:
        return may_open_administration(request.user, cast("Site", request.site))

    def login(self, request: HttpRequest, extra_context: object = None) -> HttpResponse:  # noqa: ARG002 - Django's
        if request.user.is_authenticated:
            # Whoever may not come in would be sent from here to the sign-in page and back for ever.
            require(request.user, Permission.ADMINISTER, cast("Site", request.site))
            raise NotPermitted
        return redirect_to_login(request.GET.get("next", "/admin/"))
