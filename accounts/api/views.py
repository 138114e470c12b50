from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class AccessView(APIView):
    """For a reverse proxy's `auth_request`: whether the visitor is a registered reader."""

    permission_classes = [AllowAny]

    @extend_schema(
        responses={
            204: OpenApiResponse(description="A registered reader."),
            401: OpenApiResponse(description="Not signed in."),
        }
    )
    def get(self, request: Request) -> Response:
        return Response(status=204 if request.user.is_authenticated else 401)
