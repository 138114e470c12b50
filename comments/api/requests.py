"""Read the person, site and validated data of a request."""

from functools import cache
from typing import Any, cast

from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from django.utils.functional import SimpleLazyObject
from rest_framework import serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import Person
from comments.api.authentication import WidgetAuthentication
from core.models import Site


class CommentsView(APIView):
    """Base view without permission classes: the loaders in `comments.permissions` know the object
    and distinguish anonymous requests (401) from forbidden ones (403)."""

    authentication_classes = [
        SessionAuthentication,
        XSessionTokenAuthentication,
        WidgetAuthentication,
    ]
    permission_classes = [AllowAny]

    def perform_authentication(self, request: Request) -> None:
        """Left to `person_of`: a public answer must not depend on who asked for it."""


def person_of(request: Request) -> Person:
    """Return the requesting user, authenticated lazily on first use."""
    return cast("Person", SimpleLazyObject(lambda: request.user))


def site_of(request: Request) -> Site:
    return cast("Site", request.site)


def validated(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    return cast("dict[str, Any]", _kept(serializer).run_validation(request.data))


def queried(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    return cast("dict[str, Any]", _kept(serializer).run_validation(request.query_params))


def rendered(
    serializer: type[serializers.Serializer[Any]], instance: object, status: int = 200
) -> Response:
    return Response(_kept(serializer).to_representation(instance), status=status)


@cache
def _kept(serializer: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """A serializer copies its fields whenever it is made, which takes longer than all that it does
    with them; neither reading nor writing leaves anything in it."""
    return serializer()
