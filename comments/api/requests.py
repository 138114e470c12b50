"""The base view of the API of comments, and who asks."""

from typing import Any, cast

from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.permissions import Person
from comments.api.authentication import WidgetAuthentication
from comments.page_urls import key_in_path


class CommentsView(APIView):
    """Base view without permission classes: the loaders in `comments.permissions` know the object
    and distinguish anonymous requests (401) from forbidden ones (403)."""

    authentication_classes = [
        SessionAuthentication,
        XSessionTokenAuthentication,
        WidgetAuthentication,
    ]
    permission_classes = [AllowAny]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "key" in kwargs:
            kwargs["key"] = key_in_path(kwargs["key"])
        return super().dispatch(request, *args, **kwargs)

    def perform_authentication(self, request: Request) -> None:
        """Left to `person_of`: a public answer must not depend on who asked for it."""


class DeskView(CommentsView):
    """For editors alone. The token of a page with the widget is not accepted."""

    authentication_classes = [SessionAuthentication, XSessionTokenAuthentication]


def person_of(request: Request) -> Person:
    """Return the requesting user, authenticated lazily on first use."""
    # An answer that is the same for everybody then costs no query for the session and the account.
    return cast("Person", SimpleLazyObject(lambda: request.user))
