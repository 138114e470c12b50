from typing import cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.permissions import Permission, require
from core.models import Site


class RegisteredOnly(BasePermission):
    """Refuses strangers with the problem `sign_in_required`."""

    def has_permission(self, request: Request, _view: APIView) -> bool:
        require(request.user, Permission.READ_REGISTERED, cast("Site", request.site))
        return True
