"""What the views read out of a request."""

from typing import Any, cast

from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from django.utils.functional import SimpleLazyObject
from rest_framework import serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.permissions import Person
from comments.api.authentication import WidgetAuthentication
from core.models import Site


class CommentsView(APIView):
    """The access loaders decide who may: they alone know the thread, and tell a stranger from
    somebody who is not permitted."""

    authentication_classes = [
        SessionAuthentication,
        XSessionTokenAuthentication,
        WidgetAuthentication,
    ]
    permission_classes = [AllowAny]

    def perform_authentication(self, request: Request) -> None:
        """Left to `person_of`: a public answer must not depend on who asked for it."""


def person_of(request: Request) -> Person:
    """Who asks, found out when somebody needs to know."""
    return cast("Person", SimpleLazyObject(lambda: request.user))


def site_of(request: Request) -> Site:
    return cast("Site", request.site)


def validated(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    return _validated(serializer(data=request.data))


def queried(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    return _validated(serializer(data=request.query_params))


def _validated(taken: serializers.Serializer[Any]) -> dict[str, Any]:
    taken.is_valid(raise_exception=True)
    return cast("dict[str, Any]", taken.validated_data)
