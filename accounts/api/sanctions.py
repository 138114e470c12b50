from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actions import lift_sanction
from accounts.api.serializers import LiftingSerializer, SanctionSerializer
from accounts.models import User
from accounts.permissions import access_sanction


class LiftingView(APIView):
    permission_classes = [AllowAny]  # the loader below authorises, and tells 401 from 403

    @extend_schema(request=LiftingSerializer, responses={200: SanctionSerializer})
    def post(self, request: Request, sanction_id: int) -> Response:
        """Lift a sanction; a repeated call changes nothing. Returns 409 with the `current`
        status if it has expired."""
        sanction = access_sanction(request.user, sanction_id)
        data: dict[str, Any] = _validated(request)
        lifted = lift_sanction(
            sanction=sanction, actor=cast("User", request.user), note=data["note"]
        )
        return Response(SanctionSerializer(lifted).data)


def _validated(request: Request) -> dict[str, Any]:
    serializer = LiftingSerializer(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
