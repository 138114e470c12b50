from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts.models import User
from comments import widget_tokens

_KEYWORD = "Widget"


class WidgetAuthentication(BaseAuthentication):
    """`Authorization: Widget TOKEN`. An expired token is treated as anonymous, so that public
    content stays readable."""

    def authenticate(self, request: Request) -> tuple[User, str] | None:
        keyword, _, token = request.headers.get("Authorization", "").partition(" ")
        if keyword != _KEYWORD:
            return None
        # A page of another origin cannot use a stolen token: the browser sets this header, and no
        # script can change it.
        origin = request.headers.get("Origin", "")
        user = widget_tokens.holder(token, origin)
        if user is None:
            return None
        user.widget_origin = origin
        return user, token

    def authenticate_header(self, _request: Request) -> str:
        return _KEYWORD


class WidgetAuthenticationScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # drf-spectacular registers it so
    target_class = WidgetAuthentication
    name = "widgetToken"

    def get_security_definition(self, _auto_schema: object) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Widget` and the token that the sign-in window gave to the page.",
        }
