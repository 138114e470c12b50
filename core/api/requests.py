"""Read the site, the IP address and the validated data of an API request; write its response."""

from functools import cache
from typing import Any, cast

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.models import Site


def site_of(request: Request) -> Site:
    return cast("Site", request.site)


def ip_of(request: Request) -> str:
    return cast("str", request.ip)  # type: ignore[attr-defined]  # of Django's request


def validated(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """Validate the body."""
    return cast("dict[str, Any]", _shared(serializer).run_validation(request.data))


def queried(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """Validate the query string."""
    return cast("dict[str, Any]", _shared(serializer).run_validation(request.query_params))


def rendered(
    serializer: type[serializers.Serializer[Any]], instance: object, status: int = 200
) -> Response:
    return Response(_shared(serializer).to_representation(instance), status=status)


@cache
def _shared(serializer: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """One instance for all requests.

    A new serializer copies all its fields, which takes longer than what it does with them; neither
    validating nor representing leaves anything in it.
    """
    return serializer()
