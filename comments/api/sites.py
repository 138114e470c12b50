from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions import end_session
from accounts.models import User
from comments import widget_tokens
from comments.api.requests import CommentsView
from comments.api.serializers import SiteSerializer
from core.sites import access_site


class SiteView(CommentsView):
    @extend_schema(responses={200: SiteSerializer})
    def get(self, _request: Request, site: str) -> Response:
        return Response(SiteSerializer(access_site(site)).data)


class SignInView(CommentsView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, site: str) -> Response:
        """End the sign-in that issued the widget's token, which ends the token. A sign-in by
        cookie is not ended: the publication's own pages do that."""
        access_site(site)
        # Only a widget token authenticates by a string; a session has no `auth`.
        if isinstance(request.user, User) and isinstance(request.auth, str):
            session = widget_tokens.sign_in_behind(request.auth, request.headers.get("Origin", ""))
            if session is not None:
                end_session(user=request.user, session=session)
        return Response(status=204)
