from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions import end_this_session
from accounts.models import User
from comments import widget_tokens
from comments.api.requests import CommentsView
from comments.api.serializers import (
    SignInCodeSerializer,
    SiteSerializer,
    WidgetTokenSerializer,
)
from core.api.requests import validated
from core.errors import InvalidInput
from core.sites import access_site


class SiteView(CommentsView):
    @extend_schema(responses={200: SiteSerializer})
    def get(self, _request: Request, site: str) -> Response:
        return Response(SiteSerializer(access_site(site)).data)


class SignInView(CommentsView):
    @extend_schema(request=SignInCodeSerializer, responses={200: WidgetTokenSerializer})
    def post(self, request: Request, site: str) -> Response:
        """Exchange the code that the sign-in window added to the page's URL for a token. A page
        gets it that way if its Cross-Origin-Opener-Policy cuts it off from the window."""
        access_site(site)
        data = validated(SignInCodeSerializer, request)
        origin = request.headers.get("Origin", "")
        token = widget_tokens.exchange(data["code"], origin, data["state"])
        if token is None:
            raise InvalidInput({"code": [_("This code has expired. Please sign in again.")]})
        return Response({"token": token})

    @extend_schema(responses={204: None})
    def delete(self, request: Request, site: str) -> Response:
        """End the sign-in that issued the widget's token, which ends the token. A sign-in by
        cookie is not ended: the publication's own pages do that."""
        access_site(site)
        # Only a widget token authenticates by a string; a session has no `auth`.
        if isinstance(request.user, User) and isinstance(request.auth, str):
            session = widget_tokens.sign_in_behind(request.auth, request.headers.get("Origin", ""))
            if session is not None:
                end_this_session(user=request.user, session=session)
        return Response(status=204)
