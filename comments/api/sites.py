from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from comments.api.requests import CommentsView
from comments.api.serializers import SiteSerializer
from core.sites import access_site


class SiteView(CommentsView):
    @extend_schema(responses={200: SiteSerializer})
    def get(self, _request: Request, site: str) -> Response:
        return Response(SiteSerializer(access_site(site)).data)
