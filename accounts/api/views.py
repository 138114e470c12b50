from typing import cast

from django.utils.cache import add_never_cache_headers
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import Permission, can
from core.models import Site


class AccessView(APIView):
    """For a reverse proxy's `auth_request`: whether the visitor is a registered reader."""

    # The default, IsAuthenticated, would answer 403, and nginx offers to sign in on 401 only.
    permission_classes = [AllowAny]

    @extend_schema(
        responses={
            204: OpenApiResponse(description="A registered reader."),
            401: OpenApiResponse(description="Not signed in."),
        }
    )
    def get(self, request: Request) -> Response:
        registered = can(request.user, Permission.READ_REGISTERED, cast("Site", request.site))
        response = Response(status=204 if registered else 401)
        # A kept answer would open the gate to the next visitor.
        add_never_cache_headers(response)
        return response
